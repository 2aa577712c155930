#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Usage: redis_kinds.sh BUILD_DIR
# Servers that know less than a Redis 7, or keep a backlog while the kernel has nothing: each is used for what it knows,
# and says once what it does not. A replica that waits for its snapshot is told from a loop that is late; clients that the
# server cuts off are counted, by a real Valkey and by a stand-in.
set -euo pipefail
here=$(dirname "$0")
# shellcheck source=tests/e2e/lib.sh
source "$here/lib.sh"
# shellcheck source=tests/e2e/servers.sh
source "$here/servers.sh"
redis=16371 valkey=16372 old=16373 bare=16374 renamed=16375 full=16376 counting=16377 loading=16378

stand_in() {
    python3 "$here/redis_stand_in.py" "$2" "$1" "$work/$1.asked" 2>"$work/$1.errors" &
    children+=($!)
    until [[ -n $(ss -tlnH "sport = :$2") ]]; do sleep 0.1; done
}
# The first client of a stand-in: it reads nothing, and the stand-in says that 5,000,000 bytes wait for it.
client_of() { eval "exec {client_of_$1}<>/dev/tcp/127.0.0.1/$1"; }
source_of() { echo "source=\"redis 127.0.0.1:$1\""; }
up() { [[ $(metric backlog_source_up "$(source_of "$1")") == "$2" ]]; }
backlog_is() { [[ $(metric reply_backlog_bytes "$(source_of "$1")") == "$2" ]]; }
cut_off_is() { [[ $(metric backlog_source_cut_off_clients_total "$(source_of "$1")") == "$2" ]]; }
said_once() { equal "$(grep -c "backlog source redis 127.0.0.1:$1: $2" "$work/log")" 1; }
lists() { grep -c '^CLIENT LIST$' "$work/old.asked"; }

# A client that reads well, until the server ends the connection.
asks_big() {
    python3 - "$1" <<'PY'
import socket, sys
with socket.create_connection(("127.0.0.1", int(sys.argv[1]))) as one:
    one.sendall(b"*2\r\n$3\r\nGET\r\n$3\r\nbig\r\n")
    try:
        while one.recv(1 << 20):
            pass
    except ConnectionResetError:
        pass
PY
}

# A real Redis whose snapshot takes a second a key, and what stands for a replica.
replica() {
    python3 - "$redis" <<'PY' &
import socket, sys, time
one = socket.create_connection(("127.0.0.1", int(sys.argv[1])))
for question in (b"REPLCONF LISTENING-PORT 1\r\n", b"REPLCONF CAPA EOF CAPA PSYNC2\r\n"):
    one.sendall(question)
    one.recv(100)
one.sendall(b"PSYNC ? -1\r\n")
time.sleep(300)
PY
    children+=($!)
}
omem_of_replica() { redis-cli -p $redis client list | sed -n 's/.* flags=S .* obl=\([0-9]*\) .* omem=\([0-9]*\) .*/\1 \2/p' | awk '{ print $1 + $2 }'; }
in_kernel() { ss -tnH state established "sport = :$redis" | awk '{ s += $2 } END { print s + 0 }'; }
waits() { [[ $(redis-cli -p $redis info replication) =~ state=(wait_bgsave|send_bulk) ]]; }
all_shown() { [[ $(metric reply_backlog_bytes "$(source_of $redis)") == "$(omem_of_replica)" ]]; }
one_waiter() { [[ $(metric reply_backlog_snapshot_waiters "$(source_of $redis)") == 1 ]]; }

flavour=redis start_redis $redis
redis-cli -p $redis config set save '' repl-diskless-sync no client-output-buffer-limit 'replica 64mb 0 0' >/dev/null
for i in {1..90}; do echo "SET key$i value"; done | redis-cli -p $redis >/dev/null
redis-cli -p $redis config set rdb-key-save-delay 1000000 >/dev/null
stand_in old $old && client_of $old
stand_in bare $bare && client_of $bare
stand_in renamed $renamed
stand_in full $full
stand_in counting $counting
stand_in loading $loading
PATH=$("$here/fetch_valkey.sh"):$PATH
valkey-server --port $valkey --bind 127.0.0.1 --save '' --client-output-buffer-limit 'normal 1mb 0 0' --dir "$work" >"$work/valkey.log" 2>&1 &
children+=($!)
until valkey-cli -p $valkey ping >/dev/null 2>&1; do sleep 0.1; done
head -c 5000000 /dev/zero | tr '\0' x | valkey-cli -p $valkey -x set big >/dev/null

sources=''
for port in $redis $valkey $old $bare $renamed $full $counting $loading; do sources+="\"redis://127.0.0.1:$port\", "; done
start_daemon 19586 "limits: {sweep_cpu_ratio: 1}
backlog: {redis_servers: [${sources%, }], redis_list_seconds: 1}"

check 'a Redis 6.0 is up' becomes 10 up $old 1
check 'its backlog is known, from whole lists' becomes 10 backlog_is $old 5000000
before=$(lists)
sleep 3
check 'and is still up after more of them' up $old 1
more_lists() { (($(lists) > before)); }
check 'which were asked for' becomes 20 more_lists
check 'it was asked for single clients once' equal "$(grep -c '^CLIENT LIST ID' "$work/old.asked")" 1
check 'what it cannot say is said once' said_once $old 'it has no CLIENT LIST ID'
check 'a server without omem is up' up $bare 1
check 'and nothing is claimed of its backlog' equal "$(metric reply_backlog_bytes "$(source_of $bare)")" 0
check 'which is said once' said_once $bare 'its CLIENT LIST has no omem'
check 'a server that has renamed CLIENT is down' up $renamed 0
check 'for a reason that is said once' said_once $renamed "it says ERR unknown command 'CLIENT'"
check 'so is one at maxclients' up $full 0
check 'for its own reason' said_once $full 'it says ERR max number of clients reached'

check 'nobody was cut off yet' cut_off_is $valkey 0
for _ in 1 2 3; do asks_big $valkey; done
truth=$(valkey-cli -p $valkey info stats | tr -d '\r' | sed -n 's/^client_output_buffer_limit_disconnections://p')
check 'a Valkey cut off three clients for one reply each' equal "$truth" 3
check 'that is what is counted' becomes 10 cut_off_is $valkey 3
for _ in 1 2; do asks_big $counting; done
check 'so it is with Redis 7.4' becomes 10 cut_off_is $counting 2
check 'a server that was loading is asked again, for everything' becomes 20 up $loading 1
asks_big $loading
check 'and what it counts is counted' becomes 10 cut_off_is $loading 1
check 'explain names them' explained valkey-server 'The server has cut off 3 clients for output beyond their limit'

replica
check 'a replica waits for its snapshot' becomes 10 waits
for i in {1..10}; do head -c 1000000 /dev/zero | tr '\0' y | redis-cli -p $redis -x set "large$i" >/dev/null; done
check 'the kernel holds nothing of it' becomes 5 equal "$(in_kernel)" 0
check 'its backlog is what CLIENT LIST says' becomes 20 all_shown
check 'and it is told from a loop that is late' becomes 20 one_waiter
check 'explain says what it waits for' explained redis-server 'of the write stream for this replica until its snapshot is sent'
check 'and where the limit is' explained redis-server 'its limit of 64MiB'
check 'wiregapd ends with status 0' stop_daemon
summary
