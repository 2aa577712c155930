#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Two writers that find no room five times a second, because their readers read that often: one
blocks in write(), the other is non-blocking and waits for EPOLLOUT. Runs until it is killed.
"""
import select
import socket
import threading
import time

CHUNK = bytes(16 << 20)  # more than a send buffer holds


def pair():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        reader = socket.create_connection(listener.getsockname())
        return listener.accept()[0], reader


def write_blocking(writer):
    while True:
        writer.sendall(CHUNK)


def write_when_possible(writer):
    writer.setblocking(False)
    while True:
        select.select([], [writer], [])
        try:
            writer.send(CHUNK)
        except BlockingIOError:
            pass


readers = []
for write in (write_blocking, write_when_possible):
    accepted, reading = pair()
    readers.append(reading)
    threading.Thread(target=write, args=(accepted,), daemon=True).start()
while True:
    time.sleep(0.2)
    for reading in readers:
        reading.recv(1 << 20, socket.MSG_WAITALL)
