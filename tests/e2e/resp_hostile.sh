#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Usage: resp_hostile.sh BUILD_DIR
# The embedded RESP server under slow, malicious and dying clients (resp_hostile.py) and under such as want its memory
# (resp_memory.py), and what the daemon says of it: the backlog, the comparison of BPF's figures with its own sockets.
set -euo pipefail
# shellcheck source=tests/e2e/lib.sh
source "$(dirname "$0")/lib.sh"
port=19483
ulimit -n 20000
start_daemon 19583 "resp: {enabled: on, listen: \"127.0.0.1:$port\", unix_socket: $work/sock, max_clients: 10100}"
export WIREGAP_URL=$url

for clients in memory hostile; do
    check "clients of resp_$clients.py" python3 "$(dirname "$0")/resp_$clients.py" $port "$daemon" "$work/sock"
done

# A client that does not read, while the daemon ticks: its backlog is a metric, per service.
head -c 100000 /dev/zero | tr '\0' x | redis-cli -p $port -x set big >/dev/null
exec {slow}<>/dev/tcp/127.0.0.1/$port
for _ in {1..200}; do printf 'GET big\r\n' >&"$slow"; done
settled
labels=('service="wiregapd"' "port=\"$port\"" 'source="embedded"')
check 'its backlog is a metric' test "$(metric reply_backlog_bytes "${labels[@]}")" -gt 100000
check 'of one connection' equal "$(metric reply_backlog_connections "${labels[@]}")" 1
sleep 2
page=$(curl -fsS "$url/metrics")
compared=$(awk '/^wiregap_selfcheck_comparisons_total/ { print $2 }' <<<"$page")
check "BPF's figures were compared with the socket's own ($compared times)" test "$compared" -gt 0
check 'and never differed' equal \
    "$(awk '/^wiregap_selfcheck_mismatches_total/ { s += $2 } END { print s + 0 }' <<<"$page")" 0
check 'the connection has its backlog in WIREGAP CONNECTIONS' test \
    "$(redis-cli -p $port wiregap connections port $port | awk 'NR == 2 { print $6 }' |
        numfmt --from=iec-i --suffix=B | tr -d B)" -gt 100000
exec {slow}>&-
check 'wiregapd ends with status 0' stop_daemon
summary
