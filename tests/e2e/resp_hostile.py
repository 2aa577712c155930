# SPDX-License-Identifier: Apache-2.0
# Usage: resp_hostile.py PORT PID. Slow, malicious and dying clients of the embedded RESP server, and
# the identity produced = backlog + notsent + unacked + acked, checked with what ss says.
import os
import re
import socket
import struct
import subprocess
import sys
import time

port, pid = int(sys.argv[1]), int(sys.argv[2])
memory_factor = float(os.environ.get('WIREGAP_MEMORY_FACTOR', '1'))  # sanitizers need more
failed = 0


def check(what, good, detail=''):
    global failed
    failed += not good
    print(('ok   ' if good else 'FAIL ') + what + (f' ({detail})' if detail else ''), flush=True)


def connect(receive_buffer=None):
    s = socket.socket()
    if receive_buffer:
        s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
    s.settimeout(30)
    s.connect(('127.0.0.1', port))
    return s


def ask(*words, s=None):
    """The bulk string or line that answers a command, as bytes."""
    own = s is None
    s = s or connect()
    request = b'*%d\r\n' % len(words)
    for word in words:
        word = word if isinstance(word, bytes) else str(word).encode()
        request += b'$%d\r\n%s\r\n' % (len(word), word)
    s.sendall(request)
    f = s.makefile('rb')
    answer = f.readline()
    if answer[:1] == b'$':
        answer = f.read(int(answer[1:]) + 2)[:-2] if int(answer[1:]) >= 0 else b''
    elif answer[:1] == b'*':
        answer = b''.join(f.readline() for _ in range(int(answer[1:])))
    if own:
        s.close()
    return answer.strip()


def resident_mb():
    return int(re.search(r'VmRSS:\s+(\d+)', open(f'/proc/{pid}/status').read())[1]) / 1024


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
        time.sleep(1)
        s.sendall(bytes([byte]))
    check('and one of a byte a second', s.recv(100) == b'+PONG\r\n')
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
    request = b'*3\r\n$3\r\nSET\r\n$4\r\nhuge\r\n$1000000\r\n' + b'x' * 1000000 + b'\r\n'
    s = connect()
    for i in range(requests):
        s.sendall(request)
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
    check('memory stays in bounds', resident_mb() - before < 60 * memory_factor, f'{resident_mb() - before:.1f} MB')


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
protocol_errors()
check('all connections are gone at the end',
      until(lambda: b'connected_clients:1\r' in ask('INFO', 'clients')))
sys.exit(failed > 0)
