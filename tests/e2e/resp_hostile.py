# SPDX-License-Identifier: Apache-2.0
# Usage: resp_hostile.py PORT PID SOCKET. Slow, malicious and dying clients of the embedded RESP server, and
# the identity produced = backlog + notsent + unacked + acked, checked with what ss says.
import json
import re
import socket
import struct
import subprocess
import threading
import time

from resp_wire import (ask, check, connect, cut_off, drop, finish, metric, nobody_is_left, page, port, request, root,
                       until)


def stream(s):
    """Where the bytes of our connection are, as the server says."""
    own = '127.0.0.1:%d' % s.getsockname()[1]
    for line in ask('WIREGAP', 'STREAM').decode().splitlines():
        fields = dict(f.split('=', 1) for f in line.lstrip('+').split())
        if fields['addr'] == own:
            return fields
    return {}


def ss(s):
    """notsent, Send-Q and acked bytes of the server's end."""
    out = subprocess.run(['ss', '-tinH', f'sport = :{port} and dport = :{s.getsockname()[1]}'],
                         capture_output=True, text=True, check=True).stdout

    def number(name):
        return int((re.search(rf'\b{name}:(\d+)', out) or [0, 0])[1])

    return number('notsent'), int(out.split()[2]), number('bytes_acked')


def identity():
    ask('SET', 'big', b'x' * 100000)
    s = connect(4096)
    s.sendall(b'GET big\r\n' * 200)
    until(lambda: int(stream(s).get('backlog', 0)) > 0)
    # Quiet: two looks a moment apart are the same.
    until(lambda: (a := stream(s)) and not time.sleep(0.3) and a == stream(s))
    f, (notsent, send_queue, acked) = stream(s), ss(s)
    n = {k: int(v) for k, v in f.items() if k not in ('addr', 'laddr')}
    check('a client that does not read: some waits in each place',
          min(n['backlog'], n['notsent'], n['acked']) > 0, str(n))
    check('produced = backlog + notsent + unacked + acked, to the byte',
          n['produced'] == n['backlog'] + n['notsent'] + n['unacked'] + n['acked'])
    check('notsent is that of ss', n['notsent'] == notsent, str(notsent))
    check('notsent + unacked is the Send-Q of ss', n['notsent'] + n['unacked'] == send_queue)
    check('acked is that of ss', n['acked'] == acked, str(acked))
    check('the backlog stays near the limit at which reading pauses',
          n['backlog'] < 1048576 + 200000, str(n['backlog']))
    # It reads after all: every byte arrives, in order.
    expected = 200 * len(b'$100000\r\n' + b'x' * 100000 + b'\r\n')
    got = 0
    while got < expected:
        part = s.recv(1 << 20)
        if not part:
            break
        got += len(part)
    check('when it reads, every byte arrives', got == expected, str(got))
    check('and nothing is left', until(lambda: stream(s).get('acked') == str(expected)))
    s.close()


def half_a_command():
    cut = [connect() for _ in range(50)]
    for i, s in enumerate(cut):
        s.sendall(b'*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$100\r\nabc'[:i + 1])
    check('half a command hinders nobody', ask('PING') == b'+PONG')
    for s in cut:
        s.close()


def byte_by_byte():
    s = connect()
    for byte in b'*2\r\n$4\r\nECHO\r\n$2\r\nhi\r\n':
        s.sendall(bytes([byte]))
        time.sleep(0.01)
    check('a request that comes byte by byte is answered', s.recv(100) == b'$2\r\nhi\r\n')
    for byte in b'PING\r\n':
        time.sleep(0.4)
        s.sendall(bytes([byte]))
    check('and one of two bytes a second', s.recv(100) == b'+PONG\r\n')
    s.close()


def resets():
    for _ in range(100):
        s = connect(4096)
        s.sendall(b'GET big\r\n' * 50)
        s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack('ii', 1, 0))
        s.close()
    check('100 resets in mid-reply: no client is left', until(nobody_is_left))


def browsers():
    """curl as a browser sends a form: the text of the request's body is a command."""
    before = cut_off('http')
    address = f'http://127.0.0.1:{port}/'
    for options in ([], ['--data', 'a=b'], ['-X', 'PUT', '--data', 'x'], ['-I'], ['-X', 'OPTIONS'],
                    ['-H', 'Content-Type: text/plain', '--data-binary', 'x=\r\nSET pwned 1\r\n'],
                    ['-F', 'field=\r\nSET pwned 1\r\n'], ['--http1.0']):
        out = subprocess.run(['curl', '-sS', '--http0.9', '-m', '5', *options, address], capture_output=True)
        check('HTTP is not answered: curl ' + ' '.join(options).encode('unicode_escape').decode(),
              out.returncode in (52, 56) and out.stdout == b'', f'{out.returncode} {out.stdout}')
    check('nor executed', ask('GET', 'pwned') == b'')
    check('and counted', until(lambda: cut_off('http') == before + 8), str(cut_off('http') - before))


def sequence():
    return json.loads(page('/api/v1/self'))['snapshot']['sequence']


def ticks_come_in_time():
    """All that takes long, from eight clients at once for some seconds: the tick, 0.2 s, is never missed."""
    name = b'a' * 1000
    for i in range(300):
        ask('SET', name + b'%d' % i, b'x' * 50000)
    work = [request('SCAN', 0, 'COUNT', 1000, 'MATCH', b'*' + b'a' * 500 + b'b'), b'CLIENT LIST\r\n',
            request('SET', 'k', b'x' * 900000), request('GETRANGE', 'k', 0, 800000), request('MGET', *['k'] * 10),
            request('PUBLISH', b'a' * 128, b'x' * 500000), b'INFO\r\n', b'COMMAND DOCS\r\n',
            request('SETRANGE', 'r', 900000, 'x'), request('EXISTS', *[b'none%d' % i for i in range(1000)])]
    listeners = [connect() for _ in range(8)]
    for i, s in enumerate(listeners):
        s.sendall(request('PSUBSCRIBE', *[b'*' + b'a' * 60 + b'%d%x' % (i, k) for k in range(16)]))
    clients = [connect() for _ in range(8)]
    drains = [threading.Thread(target=drain, args=(s,), daemon=True) for s in clients]
    for t in drains:
        t.start()
    # One of many small requests is not forgotten beside them, though they take each turn that they can.
    patient, served = connect(), []

    def ask_patiently():
        for _ in range(5):
            patient.sendall(b'PING\r\n' * 5000)
            got = 0
            while got < 5000 * 7:
                got += len(patient.recv(1 << 20))
            served.append(got)

    asking = threading.Thread(target=ask_patiently, daemon=True)
    asking.start()
    began, first = time.monotonic(), sequence()
    rounds = 0
    while time.monotonic() - began < 6:
        for i, s in enumerate(clients):
            s.sendall(work[(rounds + i) % len(work)] * 3)
        rounds += 1
    passed, ticks = time.monotonic() - began, sequence() - first
    # A tick more or less at each end; one that was a whole period late would be missing.
    check(f'{8 * 3 * rounds} requests that take long: each tick came in its time', abs(ticks - passed / 0.2) <= 2,
          f'{ticks} ticks in {passed:.2f} s')
    asking.join(10)
    check('and 25,000 small ones of another client were answered', served == [35000] * 5, str(served))
    drop(listeners + clients + [patient])
    s = root()
    check('FLUSHALL by root', ask('FLUSHALL', s=s) == b'+OK')
    s.close()


def drain(s):
    try:
        while s.recv(1 << 20):
            pass
    except OSError:
        pass


def expiry_without_clients():
    for i in range(1000):
        ask('SET', b'gone%d' % i, b'x' * 1000, 'PX', 300)
    check('keys expire though no client is there',
          until(lambda: metric('wiregap_resp_keyspace_bytes') < 200000), str(metric('wiregap_resp_keyspace_bytes')))


def protocol_errors():
    s = connect()
    s.sendall(b'*1\r\n+nonsense\r\n')
    answer = s.recv(1000)
    check('a protocol error is said, then the end',
          answer == b"-ERR Protocol error: expected '$', got '+'\r\n" and s.recv(10) == b'')
    s.close()


identity()
half_a_command()
byte_by_byte()
resets()
browsers()
ticks_come_in_time()
expiry_without_clients()
protocol_errors()
finish()
