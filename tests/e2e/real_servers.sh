#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Usage: real_servers.sh BUILD_DIR
# Debian's redis-server and nginx under load, each with one client that stops reading. What /metrics
# says of the bytes that wait is compared with `ss -tinm` of the same, then quiet, moment.
set -euo pipefail
# shellcheck source=tests/e2e/lib.sh
source "$(dirname "$0")/lib.sh"
# shellcheck source=tests/e2e/servers.sh
source "$(dirname "$0")/servers.sh"
redis_port=16379 nginx_port=18080

# ss_sum PORT FIELD: notsent or Send-Q, summed over the server's connections on PORT, as ss has them.
ss_sum() {
    if [[ $2 == sendq ]]; then
        ss -tnH "sport = :$1" | awk '{ s += $3 } END { printf "%.0f\n", s }'
    else
        ss -tinH "sport = :$1" | grep -o "$2:[0-9]*" | cut -d: -f2 |
            awk '{ s += $1 } END { printf "%.0f\n", s }'
    fi
}

ss_memory() { # PORT w|tb: of skmem:(..)
    ss -tmH "sport = :$1" | grep -o "[(,]$2[0-9]*" | tr -dc '0-9\n' |
        awk '{ s += $1 } END { printf "%.0f\n", s }'
}

compare() { # NAME PORT
    local labels=("service=\"$1\"" "port=\"$2\"" 'role="server"') notsent sendq
    notsent=$(ss_sum "$2" notsent) sendq=$(ss_sum "$2" sendq)
    settled
    check "$1: bytes wait unsent, as ss has them" equal \
        "$(metric send_queue_bytes "${labels[@]}" 'state="notsent"')" "$notsent"
    check "$1: the client that does not read holds some ($notsent bytes)" test "$notsent" -gt 100000
    check "$1: unacked bytes" equal \
        "$(metric send_queue_bytes "${labels[@]}" 'state="unacked"')" $((sendq - notsent))
    check "$1: send buffer used" equal "$(metric send_buffer_used_bytes "${labels[@]}")" \
        "$(ss_memory "$2" w)"
    check "$1: send buffer limit" equal "$(metric send_buffer_limit_bytes "${labels[@]}")" \
        "$(ss_memory "$2" tb)"
    check "$1: connections" equal "$(metric connections "${labels[@]}" 'state="established"')" \
        "$(ss -tnH state established "sport = :$2" | wc -l)"
}

start_redis $redis_port
start_nginx $nginx_port
start_daemon 19580

# Clients that ask for much and never read.
exec {redis_fd}<>/dev/tcp/127.0.0.1/$redis_port {nginx_fd}<>/dev/tcp/127.0.0.1/$nginx_port
for _ in {1..20}; do printf 'GET big\r\n' >&"$redis_fd"; done
printf 'GET /big HTTP/1.1\r\nHost: x\r\n\r\n' >&"$nginx_fd"

# Load beside them; then quiet, so that both looks see the same.
redis-benchmark -p $redis_port -t set,get -n 20000 -c 20 -q >"$work/benchmark"
for _ in {1..50}; do curl -fsS "http://127.0.0.1:$nginx_port/small" >/dev/null; done
sleep 1
settled
requests=$(redis-cli -p $redis_port info stats | tr -d '\r' | sed -n 's/^total_commands_processed://p')
compare redis-server $redis_port
compare nginx $nginx_port
check "redis-server: at least one write for 16 of its $requests commands" test \
    "$(metric writes_total 'service="redis-server"' 'departure="at_once"')" -gt $((requests / 16))
check 'redis-benchmark is a client with its own name' test \
    "$(metric written_bytes_total 'service="redis-benchmark"' 'role="client"')" -gt 100000

# The reader gives up: what redis had written and the client never acknowledged is undelivered.
queued=$(ss_sum $redis_port sendq)
exec {redis_fd}>&-
for _ in {1..50}; do
    [[ -z $(ss -tnH state established "sport = :$redis_port" | awk '$2 > 0') ]] && break
    sleep 0.1
done
settled
undelivered=$(metric undelivered_bytes_total 'service="redis-server"' 'cause="reset_by_peer"')
check "redis-server: $queued bytes were queued, $undelivered undelivered after the reset" test \
    "$undelivered" -ge "$queued"
exec {nginx_fd}>&-
check 'wiregapd ends with status 0' stop_daemon
summary
