# SPDX-License-Identifier: Apache-2.0
# The embedded RESP server as resp_hostile.py and resp_memory.py see it. Both take PORT PID SOCKET: its TCP port, the
# daemon, and its unix socket, where we are root. WIREGAP_URL: its web server.
import os
import re
import socket
import sys
import time
import urllib.request

port, pid, unix_path = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
failed = 0


def check(what, good, detail=''):
    global failed
    failed += not good
    print(('ok   ' if good else 'FAIL ') + what + (f' ({detail})' if detail else ''), flush=True)


def connect(receive_buffer=None, port=port):
    s = socket.socket()
    if receive_buffer:
        s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
    s.settimeout(30)
    s.connect(('127.0.0.1', port))
    return s


def root():
    """A connection that may change the server."""
    s = socket.socket(socket.AF_UNIX)
    s.settimeout(30)
    s.connect(unix_path)
    return s


def request(*words):
    text = b'*%d\r\n' % len(words)
    for word in words:
        word = word if isinstance(word, bytes) else str(word).encode()
        text += b'$%d\r\n%s\r\n' % (len(word), word)
    return text


def ask(*words, s=None, to=port):
    """The bulk string or line that answers a command, as bytes. On a connection of its own without s."""
    own = s is None
    s = s or connect(port=to)
    s.sendall(request(*words))
    f = s.makefile('rb')
    answer = f.readline()
    if answer[:1] == b'$':
        answer = f.read(int(answer[1:]) + 2)[:-2] if int(answer[1:]) >= 0 else b''
    elif answer[:1] == b'*':
        answer = b''.join(f.readline() for _ in range(int(answer[1:])))
    if own:
        s.close()
    return answer.strip()


def page(path):
    with urllib.request.urlopen(os.environ['WIREGAP_URL'] + path) as answer:
        return answer.read().decode()


def metric(series):
    """The value of a series, written as on the page."""
    return float(re.search('^' + re.escape(series) + r' (\S+)', page('/metrics'), re.M)[1])


def cut_off(reason):
    return int(metric('wiregap_resp_cut_off_total{reason="%s"}' % reason))


def until(condition, seconds=20):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.05)
    return condition()


def drop(sockets):
    for s in sockets:
        try:
            s.shutdown(socket.SHUT_RDWR)  # close() alone says nothing while a thread of ours waits for bytes
        except OSError:
            pass  # it was cut off
        s.close()
    gone = until(nobody_is_left)
    check('and all is well when they are gone', gone, '' if gone else ask('CLIENT', 'LIST').decode()[:2000])


def nobody_is_left(to=port):
    return b'connected_clients:1\r' in ask('INFO', 'clients', to=to)


def finish():
    check('all connections are gone at the end', until(nobody_is_left))
    sys.exit(failed > 0)
