# SPDX-License-Identifier: Apache-2.0
"""Usage: crowd.py PORT CONNECTIONS BYTES

Opens CONNECTIONS loopback connections to a listener of its own on PORT; the accepted side writes BYTES on each,
the connecting side writes 10 bytes and reads nothing. Prints what waits in all accepted sockets (SIOCOUTQNSD and
SIOCOUTQ, summed) once nothing moves any more, then stays until its input ends.
"""
import array
import fcntl
import socket
import sys
import time

SIOCOUTQ, SIOCOUTQNSD = 0x5411, 0x894B


def queued(sockets, what):
    total = 0
    for one in sockets:
        value = array.array("i", [0])
        fcntl.ioctl(one, what, value)
        total += value[0]
    return total


def main():
    port, count, size = (int(word) for word in sys.argv[1:4])
    listener = socket.create_server(("127.0.0.1", port), backlog=count)
    clients, accepted = [], []
    for _ in range(count):
        client = socket.create_connection(("127.0.0.1", port))
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        clients.append(client)
        accepted.append(listener.accept()[0])
    for client in clients:
        client.sendall(b"x" * 10)
    for one in accepted:
        one.setblocking(False)
        one.send(b"x" * size)
    before = None
    while before != (now := (queued(accepted, SIOCOUTQNSD), queued(accepted, SIOCOUTQ))):
        before = now
        time.sleep(0.5)
    print(now[0], now[1], flush=True)
    sys.stdin.read()


main()
