# SPDX-License-Identifier: Apache-2.0
"""Rude and numerous HTTP(S) clients. Usage: web_crowd.py MODE PORT [OPTIONS], prints one line.

scrapes PORT N [CA USER:PASSWORD]  N connections, all open at once, each asks for /metrics: "STATUS COUNT .."
deaf PORT N CA USER:PASSWORD       asks N times and reads only when that was refused: bytes read, asked for
trickle PORT [CA]                  a byte each 50 ms, of a TLS hello or, with CA, of a request: seconds till closed
"""
import base64
import socket
import ssl
import sys
import time
from collections import Counter


def connect(port, ca):
    plain = socket.create_connection(("127.0.0.1", port), timeout=60)
    if ca is None:
        return plain
    context = ssl.create_default_context(cafile=ca)
    return context.wrap_socket(plain, server_hostname="localhost")


def request(login, keep=False):
    lines = ["GET /metrics HTTP/1.1", "Host: localhost", f"Connection: {'keep-alive' if keep else 'close'}"]
    if login:
        lines.append("Authorization: Basic " + base64.b64encode(login.encode()).decode())
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def read_all(sock):
    answer = b""
    while True:
        try:
            piece = sock.recv(65536)
        except (ConnectionError, ssl.SSLError):
            return answer
        if not piece:
            return answer
        answer += piece


def scrapes(port, count, ca=None, login=None):
    counted = Counter()
    socks = []
    for _ in range(int(count)):
        try:
            socks.append(connect(port, ca))
        except (ConnectionError, ssl.SSLError, socket.timeout):
            counted["closed"] += 1
    for sock in socks:
        try:
            sock.sendall(request(login))
        except (ConnectionError, ssl.SSLError):
            pass
    for sock in socks:
        answer = read_all(sock)
        head, _, body = answer.partition(b"\r\n\r\n")
        status = head[9:12].decode() if head else "closed"
        if status == "200" and b"wiregap_build_info" not in body:
            status = "cut"
        counted[status] += 1
    print(" ".join(f"{status} {number}" for status, number in sorted(counted.items())))


def deaf(port, count, ca, login):
    sock = connect(port, ca)
    sock.settimeout(1)
    asked = 0
    try:
        for _ in range(int(count)):
            sock.sendall(request(login, keep=True))
            asked += 1
    except OSError:
        pass
    time.sleep(3)
    sock.settimeout(30)
    print(len(read_all(sock)), asked)


def trickle(port, ca=None):
    sock = connect(port, ca)
    hello = b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"z" * 400
    text = request(None)[:-4] + b"\r\nX: " + b"y" * 4000 if ca else hello
    began = time.monotonic()
    sock.settimeout(0.05)
    for byte in text:
        try:
            sock.sendall(bytes([byte]))
            if not sock.recv(1):
                break
        except socket.timeout:
            continue
        except OSError:
            break
    print(f"{time.monotonic() - began:.2f}")


if __name__ == "__main__":
    mode, port, *rest = sys.argv[1:]
    {"scrapes": scrapes, "deaf": deaf, "trickle": trickle}[mode](int(port), *rest)
