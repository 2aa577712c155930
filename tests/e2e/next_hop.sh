#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Usage: next_hop.sh BUILD_DIR
# A next hop that is gone: segments wait on this host for its address, and then are dropped here. That is the network's,
# whatever the queue looks like, and not this host's. In two network namespaces of their own, with a cable between.
set -euo pipefail
# shellcheck source=tests/e2e/far_namespace.sh
source "$(dirname "$0")/far_namespace.sh"
port=16370

mkfifo "$work/told"
ip netns exec "$far" python3 "$work/read.py" "$there" $port &
children+=($!)
python3 "$work/write.py" "$there" $port 30000 <"$work/told" >"$work/sent" &
children+=($!)
exec {told}>"$work/told"

start_daemon 19585 'limits: {sweep_cpu_ratio: 1}'
check 'a small message arrives' becomes 10 grep -q sent "$work/sent"
neighbour() { ip neigh show "$there"; }
is_gone() { [[ $(neighbour) =~ INCOMPLETE|FAILED ]]; }
# Of the sender, and not of what an earlier run left behind.
sum_of() { curl -fsS "$url/metrics" | grep "^wiregap_$1{service=\"python3\",port=\"$port\",role=\"client\".*$2" | awk '{ s += $NF } END { printf "%.0f", s * 10 }'; }
of_network() { (($(sum_of connections_by_verdict 'verdict="network_lossy"') == 10)); }
of_host() { (($(sum_of verdict_seconds_total 'locus="host"') > 0)); }
dropped() { (($(sum_of host_dropped_segments_total 'by="neighbour"') > 0)); }
ip -n "$far" addr del "$there"/24 dev far
ip neigh flush dev near
echo go >&"$told"
check 'the next hop does not resolve' becomes 5 is_gone
check 'that is the network, at once' becomes 3 of_network
check 'explain names it' explained "port:$port" "The next hop, $there, does not answer"
if (($(curl -fsS "$url/metrics" | grep -c '^wiregap_host_dropped_segments_total') > 0)); then
    check 'what is dropped for it is counted so' becomes 20 dropped
else
    echo 'skip dropped segments: before Linux 5.17 no hook tells why a packet is dropped'
fi
not_of_host() { ! of_host; }
check 'no second of it was called the host'"'"'s' not_of_host
check 'wiregapd ends with status 0' stop_daemon
summary
