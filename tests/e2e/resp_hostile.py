# SPDX-License-Identifier: Apache-2.0
# Usage: resp_hostile.py PORT PID SOCKET. Slow, malicious and dying clients of the embedded RESP server, and
# the identity produced = backlog + notsent + unacked + acked, checked with what ss says. SOCKET: its unix
# socket, where we are root. redis-server says what the same costs it.
import json
import os
import re
import socket
import struct
import subprocess
import sys
import threading
import time
import urllib.request

port, pid, unix_path = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
memory_factor = float(os.environ.get('WIREGAP_MEMORY_FACTOR', '1'))  # sanitizers need more
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


def ask(*words, s=None):
    """The bulk string or line that answers a command, as bytes."""
    own = s is None
    s = s or connect()
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


def resident_mb(pid=pid, what='VmRSS'):
    return int(re.search(what + r':\s+(\d+)', open(f'/proc/{pid}/status').read())[1]) / 1024


def cut_off(reason):
    with urllib.request.urlopen(os.environ['WIREGAP_URL'] + '/metrics') as page:
        return int(re.search(r'^wiregap_resp_cut_off_total{reason="%s"} (\d+)' % reason,
                             page.read().decode(), re.M)[1])


def until(condition, seconds=20):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.05)
    return condition()


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
    number = lambda name: int((re.search(rf'\b{name}:(\d+)', out) or [0, 0])[1])
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


def crowd():
    before = resident_mb()
    idle = [connect() for _ in range(10000)]
    idle[-1].sendall(b'PING\r\n')
    check('10,000 idle clients: the last one is answered', idle[-1].recv(7) == b'+PONG\r\n')
    grown = resident_mb() - before
    check('and they take less than 10 KB each', grown < 100 * memory_factor, f'{grown:.1f} MB')
    more = [connect() for _ in range(200)]
    refused = sum(s.recv(100).startswith(b'-ERR max number of clients') for s in more[-100:])
    check('clients above the limit are refused with words', refused == 100, str(refused))
    for s in idle + more:
        s.close()
    check('and when they are gone there is room again',
          until(lambda: b'connected_clients:1\r' in ask('INFO', 'clients')))


def resets():
    for _ in range(100):
        s = connect(4096)
        s.sendall(b'GET big\r\n' * 50)
        s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack('ii', 1, 0))
        s.close()
    check('100 resets in mid-reply: no client is left',
          until(lambda: b'connected_clients:1\r' in ask('INFO', 'clients')))


def unread_pipeline():
    """Pipelined requests without end, whose answers nobody reads."""
    before = resident_mb()
    s = connect()
    s.setblocking(False)
    chunk, sent, quiet = b'PING\r\n' * 20000, 0, 0
    while quiet < 20:
        try:
            sent += s.send(chunk[sent % 6:])
            quiet = 0
        except BlockingIOError:
            quiet += 1
            time.sleep(0.05)
    check('a pipeline whose answers are not read is not read on', sent < 200e6, f'{sent} bytes')
    grown = resident_mb() - before
    check('and takes little memory', grown < 30 * memory_factor, f'{grown:.1f} MB')
    check('others are answered', ask('PING') == b'+PONG')
    s.close()


def huge_pipeline():
    """1 GB of pipelined requests; the answers are small and wait until the end."""
    before, grown, answered, requests = resident_mb(), 0, 0, 1000
    huge = request('SET', 'huge', b'x' * 1000000)
    s = connect()
    for i in range(requests):
        s.sendall(huge)
        if i % 100 == 0:
            answered += ask('PING') == b'+PONG'
            grown = max(grown, resident_mb() - before)
    answers = s.makefile('rb').read(requests * len(b'+OK\r\n'))
    check('1 GB of pipelined requests: each is answered', answers == b'+OK\r\n' * requests)
    check('others are answered meanwhile', answered == 10, str(answered))
    check('and memory stays in bounds', grown < 30 * memory_factor, f'{grown:.1f} MB')
    check('what the last one set is there', ask('STRLEN', 'huge') == b':1000000')
    ask('DEL', 'huge')
    s.close()


def never_reads():
    before = resident_mb()
    listener = connect(4096)
    listener.sendall(b'SUBSCRIBE news\r\n')
    until(lambda: b'news' in ask('PUBSUB', 'NUMSUB', 'news'))
    publisher, message = connect(), b'x' * 100000
    for _ in range(500):
        if ask('PUBLISH', 'news', message, s=publisher) == b':0':
            break
    check('a subscriber that does not read is cut off at the hard limit',
          ask('PUBLISH', 'news', 'x', s=publisher) == b':0')
    text = ask('INFO', 'stats')
    check('and counted', b'client_output_buffer_limit_disconnections:1\r' in text + b'\r')
    check('memory stays in bounds', resident_mb() - before < 40 * memory_factor, f'{resident_mb() - before:.1f} MB')


def drop(sockets):
    for s in sockets:
        try:
            s.shutdown(socket.SHUT_RDWR)  # close() alone says nothing while a thread of ours waits for bytes
        except OSError:
            pass  # it was cut off
        s.close()
    gone = until(lambda: b'connected_clients:1\r' in ask('INFO', 'clients'))
    check('and all is well when they are gone', gone, '' if gone else ask('CLIENT', 'LIST').decode()[:2000])


def memory_limit_mb():
    with urllib.request.urlopen(os.environ['WIREGAP_URL'] + '/metrics') as page:
        text = page.read().decode()
    return int(float(re.search(r'^wiregap_resp_memory_limit_bytes (\S+)', text, re.M)[1])) / 2**20


def thousand_large_requests():
    """1,024 clients that each send nearly a whole request of 1 MB: 920 MB."""
    before, limit, sockets = resident_mb(), memory_limit_mb(), [connect() for _ in range(1024)]
    half = b'*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$1000000\r\n' + b'x' * 900000
    most, gone = 0, 0
    for s in sockets:
        try:
            s.sendall(half)
        except OSError:
            gone += 1
        most = max(most, resident_mb() - before)
    check('1,024 half requests of 1 MB: memory stays below the bound', most < limit * 1.15 * memory_factor,
          f'{most:.0f} of {limit:.0f} MB')
    check('the largest were cut off for it', until(lambda: cut_off('memory') > 800), str(cut_off('memory')))
    check('and another client is served', ask('PING') == b'+PONG')
    drop(sockets)


def thousand_unread_replies():
    """200 clients with replies that they do not take, of values that are no more: what the kernel does not take
    of five times 900 KB waits here."""
    before, limit, sockets = resident_mb(), memory_limit_mb(), []
    most = 0
    setter = connect()
    ask('SET', 'unread', b'x' * 900000, s=setter)
    setter.close()
    setter = connect()
    for i in range(200):
        s = connect(4096)
        sockets.append(s)
        for k in range(5):
            ask('SETRANGE', 'unread', 0, b'%06d' % i, s=setter)
            try:
                s.sendall(b'GET unread\r\n')
            except OSError:
                break
        most = max(most, resident_mb() - before)
    check('1,000 unread replies of 1 MB: memory stays below the bound', limit / 4 < most < limit * 1.15 * memory_factor,
          f'{most:.0f} of {limit:.0f} MB')
    setter.close()
    check('and another client is served', ask('PING') == b'+PONG')
    drop(sockets)


def peak_growth(pid, attack):
    """How much the process' peak grows, in MB, through what attack() does."""
    with open(f'/proc/{pid}/clear_refs', 'w') as f:
        f.write('5')
    before = resident_mb(pid, 'VmHWM')
    attack()
    return resident_mb(pid, 'VmHWM') - before


def like_redis():
    """The peak memory of redis-server under the same commands and the same limits is the truth."""
    redis_port = port + 1
    redis = subprocess.Popen(['redis-server', '--port', str(redis_port), '--bind', '127.0.0.1', '--save', '',
                              '--client-output-buffer-limit', 'normal', '16mb', '8mb', '60',
                              '--client-output-buffer-limit', 'pubsub', '16mb', '8mb', '60'],
                             stdout=subprocess.DEVNULL)
    try:
        def up():
            try:
                connect(port=redis_port).close()
                return True
            except OSError:
                return False
        until(up)

        def mget(to):
            s = connect(4096, to)
            s.sendall(request('SET', 'k', b'x' * 900000) + request('MGET', *['k'] * 1000))
            s.recv(5)
            until(lambda: b'connected_clients:1\r' in info(to))
            s.close()

        def pipeline(to):
            s = connect(4096, to)
            try:
                s.sendall(request('SET', 'k', b'x' * 900000) + b'GET k\r\n' * 1000)
            except OSError:
                pass
            time.sleep(1)
            s.close()

        def publish(to):
            listeners = [connect(4096, to) for _ in range(4)]
            for i, s in enumerate(listeners):
                s.sendall(request('PSUBSCRIBE', *['n' + '*' * (1 + k + 10 * i) for k in range(10)]))
            speaker = connect(port=to)
            for _ in range(20):
                ask('PUBLISH', 'news', b'x' * 900000, s=speaker)
            for s in listeners + [speaker]:
                s.close()

        def client_list(to):
            s = connect(4096, to)
            others = [connect(port=to) for _ in range(900)]
            s.sendall(b'CLIENT LIST\r\n' * 1000)
            time.sleep(1)
            for one in others + [s]:
                one.close()

        def info(to):
            s = connect(port=to)
            answer = ask('INFO', 'clients', s=s)
            s.close()
            return answer

        for attack in (mget, pipeline, publish, client_list):
            theirs = peak_growth(redis.pid, lambda: attack(redis_port))
            ours = peak_growth(pid, lambda: attack(port))
            # Neither counts what its allocator keeps in between: 16 MB is one client's limit.
            check(f'{attack.__name__} of large values takes no more memory than redis-server',
                  ours <= max(theirs, 16) * 1.25 * memory_factor, f'{ours:.0f} MB, redis-server {theirs:.0f} MB')
            until(lambda: b'connected_clients:1\r' in ask('INFO', 'clients'))
    finally:
        redis.terminate()
        redis.wait()


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
    with urllib.request.urlopen(os.environ['WIREGAP_URL'] + '/api/v1/self') as page:
        return json.load(page)['snapshot']['sequence']


def ticks_come_in_time():
    """All that takes long, from eight clients at once for some seconds: the tick, 0.2 s, is never missed."""
    name = b'a' * 1000
    for i in range(300):
        ask('SET', name + b'%d' % i, b'x' * 50000)
    work = [request('SCAN', 0, 'COUNT', 1000, 'MATCH', b'*' + b'a' * 500 + b'b'), b'CLIENT LIST\r\n',
            request('SET', 'k', b'x' * 900000), request('GETRANGE', 'k', 0, 800000), request('MGET', *['k'] * 10),
            request('PUBLISH', b'a' * 128, b'x' * 500000), b'INFO\r\n', b'COMMAND DOCS\r\n', request('SETRANGE', 'r', 900000, 'x'),
            request('EXISTS', *[b'none%d' % i for i in range(1000)])]
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
    def keyspace():
        with urllib.request.urlopen(os.environ['WIREGAP_URL'] + '/metrics') as page:
            return float(re.search(r'^wiregap_resp_keyspace_bytes (\S+)', page.read().decode(), re.M)[1])
    check('keys expire though no client is there', until(lambda: keyspace() < 200000), str(keyspace()))


def protocol_errors():
    s = connect()
    s.sendall(b'*1\r\n+nonsense\r\n')
    answer = s.recv(1000)
    check('a protocol error is said, then the end',
          answer == b"-ERR Protocol error: expected '$', got '+'\r\n" and s.recv(10) == b'')
    s.close()


ask('SET', 'big', b'x' * 100000)
identity()
half_a_command()
byte_by_byte()
crowd()
resets()
unread_pipeline()
huge_pipeline()
never_reads()
thousand_large_requests()
thousand_unread_replies()
like_redis()
browsers()
ticks_come_in_time()
expiry_without_clients()
protocol_errors()
check('all connections are gone at the end',
      until(lambda: b'connected_clients:1\r' in ask('INFO', 'clients')))
sys.exit(failed > 0)
