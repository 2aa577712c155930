#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Usage: redis_stand_in.py PORT KIND LOG
A server as others than the tested ones are, with one client (the first that connects) that has 5,000,000 bytes waiting:
  old      Redis 6.0: no CLIENT LIST ID, no NO-EVICT, no laddr
  bare     its CLIENT LIST has no omem
  renamed  it has no command CLIENT
  full     at maxclients: refuses with a word, and closes
  loading  refuses each question with LOADING for 3 seconds after the first, then answers as counting does
  counting Redis 7.4: INFO stats counts clients that were cut off; GET cuts off
Every question is a line of LOG.
"""
import socket
import sys
import threading
import time

PORT, KIND, LOG = int(sys.argv[1]), sys.argv[2], open(sys.argv[3], "w", buffering=1, encoding="utf-8")
BACKLOG = 5_000_000
clients, cut_off = [], 0
loaded_at = None


def bulk(text):
    return b"$%d\r\n%s\r\n" % (len(text), text.encode())


def line(number, client):
    host, port = client.getpeername()
    waits = number == 1 and KIND not in ("counting", "loading")
    text = f"id={number} addr={host}:{port} fd=9 name= age=1 idle=0 flags=N db=0 qbuf=0 "
    if KIND != "old":
        text += f"laddr=127.0.0.1:{PORT} "
    if KIND != "bare":
        text += f"obl=0 oll={5 if waits else 0} omem={BACKLOG if waits else 0} events={'rw' if waits else 'r'} "
    return text + "cmd=get user=default\n"


def answer(words):
    global cut_off, loaded_at
    command = words[0].upper()
    if KIND == "loading" and command in ("CLIENT", "INFO", "CONFIG"):
        loaded_at = loaded_at or time.monotonic() + 3
        if time.monotonic() < loaded_at:
            return b"-LOADING Redis is loading the dataset in memory\r\n"
    if command == "CLIENT" and KIND == "renamed":
        return b"-ERR unknown command 'CLIENT', with args beginning with: 'LIST'\r\n"
    if words[:2] == ["CLIENT", "LIST"]:
        if words[2:] and KIND == "old":
            return b"-ERR syntax error\r\n"
        return bulk("".join(line(i + 1, one) for i, one in enumerate(clients) if one.fileno() >= 0))
    if words[:2] == ["CLIENT", "NO-EVICT"] and KIND == "old":
        return b"-ERR Unknown subcommand or wrong number of arguments for 'NO-EVICT'. Try CLIENT HELP\r\n"
    if command == "INFO":
        counter = f"client_output_buffer_limit_disconnections:{cut_off}\r\n" if KIND in ("counting", "loading") else ""
        return bulk(f"# {words[-1]}\r\nrole:master\r\n{counter}")
    if command == "CONFIG":
        limits = "normal 0 0 0 slave 268435456 67108864 60 pubsub 33554432 8388608 60"
        return b"*2\r\n" + bulk("client-output-buffer-limit") + bulk(limits)
    if command == "GET" and KIND in ("counting", "loading"):
        cut_off += 1
        return None
    return b"+OK\r\n"


def words_of(file):
    count = file.readline()
    if not count.startswith(b"*"):
        return None
    words = []
    for _ in range(int(count[1:])):
        size = int(file.readline()[1:])
        words.append(file.read(size + 2)[:size].decode())
    return words


def serve(client):
    if KIND == "full":
        client.sendall(b"-ERR max number of clients reached\r\n")
        client.close()
        return
    file = client.makefile("rb")
    while words := words_of(file):
        print(*words, file=LOG)
        said = answer(words)
        if said is None:
            break
        client.sendall(said)
    client.close()


with socket.create_server(("127.0.0.1", PORT)) as listener:
    while True:
        one, _ = listener.accept()
        clients.append(one)
        threading.Thread(target=serve, args=(one,), daemon=True).start()
