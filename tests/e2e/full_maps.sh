#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Usage: full_maps.sh BUILD_DIR
# Maps that are too small: nothing crashes, sums stay exact, and each loss is counted and exported. Then what
# is not observed is counted nowhere.
set -euo pipefail
# shellcheck source=tests/e2e/lib.sh
source "$(dirname "$0")/lib.sh"
here=$(dirname "$0")

# crowd PORT CONNECTIONS BYTES: sets notsent and unacked to the truth; runs until end_crowd.
crowd() {
    mkfifo "$work/hold" "$work/truth"
    python3 "$here/crowd.py" "$@" <"$work/hold" >"$work/truth" &
    children+=($!)
    exec {hold}>"$work/hold"
    local outq
    read -r notsent outq <"$work/truth"
    unacked=$((outq - notsent))
    settled
}
# end_crowd PORT: until the kernel has none of its connections any more.
end_crowd() {
    exec {hold}>&-
    wait "${children[-1]}" || true
    rm "$work/hold" "$work/truth"
    becomes 30 gone "$1"
    settled
}
gone() { [[ -z $(ss -Htn state connected exclude time-wait "( sport = :$1 or dport = :$1 )") ]]; }
lost() { curl -fsS "$url/metrics" | sed -n "s/^wiregap_bpf_lost_total{what=\"$1\"} //p"; }
entries() { curl -fsS "$url/metrics" | sed -n "s/^wiregap_map_entries{map=\"$1\"} //p"; }

start_daemon 19584 'limits: {max_connections: 64, max_client_connections: 1024}'
sockets=$(entries sockets)
crowd 19684 1500 300000
server=('service="python3"' 'port="19684"' 'role="server"')
check '1,500 connections that hold bytes, 64 listed: notsent is exact' equal \
    "$(metric send_queue_bytes "${server[@]}" 'state="notsent"')" "$notsent"
check 'unacked is exact' equal \
    "$(metric send_queue_bytes "${server[@]}" 'state="unacked"')" "$unacked"
check 'the connections are counted' equal \
    "$(metric connections "${server[@]}" 'state="established"')" 1500
check 'what was not listed is counted' test "$(lost listed_connections)" -ge 1436
check 'the list says that it is cut' test \
    "$(curl -fsS "$url/api/v1/connections" | grep -o '"truncated":true' | wc -l)" -eq 1
check 'connections that found no place are counted' test "$(lost sockets)" -gt 0
clients=$(curl -fsS "$url/metrics" | awk '/^wiregap_written_bytes_total/ && /port="19684"/ && /role="client"/ {
    s += $NF } END { print s }')
check 'their bytes are counted all the same' equal "$clients" 15000
end_crowd 19684
check "the table of sockets is as it was ($sockets)" test "$(entries sockets)" -lt $((sockets + 10))
check 'closed: all of them' equal "$(curl -fsS "$url/metrics" | awk '
    /^wiregap_connections_closed_total/ && /port="19684"/ && /role="server"/ { s += $NF } END { print s }')" 1500
stop_daemon

start_daemon 19585 'observe: {ports: [19685, 19686], exclude_ports: [19686]}'
crowd 19685 5 300000
check 'an observed port is there' equal "$(metric send_queue_bytes 'port="19685"' 'role="server"' \
    'state="notsent"')" "$notsent"
end_crowd 19685
crowd 19686 5 300000
check 'an excluded port is counted nowhere' equal \
    "$(curl -fsS "$url/metrics" | grep -c 'port="19686"')" 0
end_crowd 19686
crowd 19687 5 300000
check 'nor is one that is not named' equal "$(curl -fsS "$url/metrics" | grep -c 'port="19687"')" 0
end_crowd 19687
check 'and nothing is said to be lost' equal "$(lost services)" 0
check 'wiregapd ends with status 0' stop_daemon
summary
