# SPDX-License-Identifier: Apache-2.0
# Usage: resp_memory.py PORT PID SOCKET. What clients can make the embedded RESP server hold in memory: crowds,
# pipelines, replies that nobody takes. redis-server says what the same costs it.
import os
import re
import subprocess
import time

from resp_wire import ask, check, connect, cut_off, drop, finish, metric, nobody_is_left, pid, port, request, until

memory_factor = float(os.environ.get('WIREGAP_MEMORY_FACTOR', '1'))  # sanitizers need more


def resident_mb(pid=pid, what='VmRSS'):
    return int(re.search(what + r':\s+(\d+)', open(f'/proc/{pid}/status').read())[1]) / 1024


def memory_limit_mb():
    return metric('wiregap_resp_memory_limit_bytes') / 2**20


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
    check('and when they are gone there is room again', until(nobody_is_left))


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


def limit_disconnections():
    return int(re.search(rb'client_output_buffer_limit_disconnections:(\d+)', ask('INFO', 'stats'))[1])


def never_reads():
    before, disconnections = resident_mb(), limit_disconnections()
    listener = connect(4096)
    listener.sendall(b'SUBSCRIBE news\r\n')
    until(lambda: b'news' in ask('PUBSUB', 'NUMSUB', 'news'))
    publisher, message = connect(), b'x' * 100000
    for _ in range(500):
        if ask('PUBLISH', 'news', message, s=publisher) == b':0':
            break
    check('a subscriber that does not read is cut off at the hard limit',
          ask('PUBLISH', 'news', 'x', s=publisher) == b':0')
    check('and counted', limit_disconnections() == disconnections + 1)
    check('memory stays in bounds', resident_mb() - before < 40 * memory_factor, f'{resident_mb() - before:.1f} MB')


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


def mget(to):
    s = connect(4096, to)
    s.sendall(request('SET', 'k', b'x' * 900000) + request('MGET', *['k'] * 1000))
    s.recv(5)
    until(lambda: nobody_is_left(to))
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


def answers(to):
    try:
        return ask('PING', to=to) == b'+PONG'
    except OSError:
        return False


def like_redis():
    """The peak memory of redis-server under the same commands and the same limits is the truth."""
    redis_port = port + 1
    redis = subprocess.Popen(['redis-server', '--port', str(redis_port), '--bind', '127.0.0.1', '--save', '',
                              '--client-output-buffer-limit', 'normal', '16mb', '8mb', '60',
                              '--client-output-buffer-limit', 'pubsub', '16mb', '8mb', '60'],
                             stdout=subprocess.DEVNULL)
    try:
        until(lambda: answers(redis_port))
        for attack in (mget, pipeline, publish, client_list):
            theirs = peak_growth(redis.pid, lambda: attack(redis_port))
            ours = peak_growth(pid, lambda: attack(port))
            # Neither counts what its allocator keeps in between: 16 MB is one client's limit.
            check(f'{attack.__name__} of large values takes no more memory than redis-server',
                  ours <= max(theirs, 16) * 1.25 * memory_factor, f'{ours:.0f} MB, redis-server {theirs:.0f} MB')
            until(nobody_is_left)
    finally:
        redis.terminate()
        redis.wait()


like_redis()  # first: what an allocator has once had it keeps, and a second peak hides in it
crowd()
unread_pipeline()
huge_pipeline()
never_reads()
thousand_large_requests()
thousand_unread_replies()
finish()
