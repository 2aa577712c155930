# SPDX-License-Identifier: Apache-2.0
"""Known traffic on port 7000. Usage: traffic.py serve | read | stall | asked

serve: to a client that says "all", 100 writes of 10,000 bytes; to one that says "stall", non-blocking
       writes until the kernel takes no more, then SIOCOUTQ and SIOCOUTQNSD into /run/traffic/queue
read:  reads all of it, and keeps the connection until it is killed; stall: reads nothing
asked: in a Redis server's place on port 7001: what it is told first goes into /run/traffic/asked
"""
import fcntl
import os
import socket
import struct
import sys
import time


def queue(sock, request):
    return struct.unpack("i", fcntl.ioctl(sock, request, struct.pack("i", 0)))[0]


def serve():
    listener = socket.create_server(("127.0.0.1", 7000))
    kept = []
    while True:
        sock, _ = listener.accept()
        kept.append(sock)
        if sock.recv(16) == b"all":
            for _ in range(100):
                sock.sendall(b"x" * 10000)
            continue
        sock.setblocking(False)
        written = 0
        try:
            while True:
                written += sock.send(b"y" * 10000)
        except BlockingIOError:
            pass
        time.sleep(2)
        with open("/run/traffic/queue.new", "w") as out:
            print(written, queue(sock, 0x5411), queue(sock, 0x894B), file=out)
        os.rename("/run/traffic/queue.new", "/run/traffic/queue")


def client(word):
    sock = socket.create_connection(("127.0.0.1", 7000))
    sock.sendall(word)
    left = 1000000 if word == b"all" else 0
    while left > 0:
        left -= len(sock.recv(65536))
    time.sleep(3600)


def asked():
    sock, _ = socket.create_server(("127.0.0.1", 7001)).accept()
    with open("/run/traffic/asked.new", "wb") as out:
        out.write(sock.recv(4096))
    os.rename("/run/traffic/asked.new", "/run/traffic/asked")


if __name__ == "__main__":
    {"serve": serve, "read": lambda: client(b"all"), "stall": lambda: client(b"stall"), "asked": asked}[sys.argv[1]]()
