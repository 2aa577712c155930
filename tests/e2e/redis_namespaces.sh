#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Usage: redis_namespaces.sh BUILD_DIR
# Two network namespaces, as of two pods, with a Redis and a client on the same addresses and ports each. One Redis is a
# backlog source: what it says is of its own client.
set -euo pipefail
here=$(dirname "$0")
# shellcheck source=tests/e2e/lib.sh
source "$here/lib.sh"
# shellcheck source=tests/e2e/servers.sh
source "$here/servers.sh"
port=16385 client_port=41385
ours="service=\"redis-server\"" theirs='service="redis-server@netns:'
elsewhere=wgt_redis_$$

ip netns add "$elsewhere" 2>/dev/null || { echo 'skip two network namespaces: this machine makes none' && exit 0; }
end_namespace() { ip netns del "$elsewhere" && finish; }
trap end_namespace EXIT
ip -n "$elsewhere" link set lo up

# A client of its own port that asks and does not read, in the namespace where it is started.
cat >"$work/asks.py" <<'PY'
import socket, sys, time
client = socket.create_connection(("127.0.0.1", int(sys.argv[1])), source_address=("127.0.0.1", int(sys.argv[2])))
client.sendall(b"GET big\r\n" * int(sys.argv[3]))
time.sleep(300)
PY
asks_here() { python3 "$work/asks.py" $port $client_port 30 & children+=($!); }
asks_there() { ip netns exec "$elsewhere" python3 "$work/asks.py" $port $client_port 12 & children+=($!); }
redis_there() {
    (cd "$work" && exec ip netns exec "$elsewhere" redis-server --port $port --bind 127.0.0.1 --save '' --appendonly no \
        --client-output-buffer-limit 'normal 0 0 0' >"$work/there.log" 2>&1) &
    children+=($!)
    until cli_there ping >/dev/null 2>&1; do sleep 0.1; done
    head -c 1000000 /dev/zero | tr '\0' x | cli_there -x set big >/dev/null
}
cli_there() { ip netns exec "$elsewhere" redis-cli -p $port "$@"; }
omem() {
    sed -n "s/.*addr=127.0.0.1:$client_port .* obl=\([0-9]*\) .* omem=\([0-9]*\) .*/\1 \2/p" | awk '{ s += $1 + $2 } END { print s + 0 }'
}
omem_here() { redis-cli -p $port client list | omem; }
omem_there() { cli_there client list | omem; }
both_have() { (($(omem_here) > 0 && $(omem_there) > 0)); }
says_all() { [[ $(metric reply_backlog_bytes "$ours" "port=\"$port\"") == "$(omem_here)" ]]; }
# Of their Redis: the series that have a source, and the bytes in the kernel.
theirs_of_source() { curl -fsS "$url/metrics" | grep -c "reply_backlog_.*{.*$theirs.*source=" || true; }
held_there() {
    (($(curl -fsS "$url/metrics" | grep "^wiregap_send_queue_bytes{.*$theirs.*notsent" | awk '{ s += $NF } END { printf "%.0f", s }') > 0))
}

start_redis $port
redis_there
start_daemon 19589 "backlog: {redis_servers: [\"redis://127.0.0.1:$port\"], redis_list_seconds: 1}"
asks_here
asks_there
check 'both have a backlog, by their own lists' becomes 20 both_have
check 'the source says what its list says' becomes 20 says_all
check 'the other client is seen to hold bytes' becomes 20 held_there
check 'and no source says anything of it' equal "$(theirs_of_source)" 0
check 'wiregapd ends with status 0' stop_daemon
summary
