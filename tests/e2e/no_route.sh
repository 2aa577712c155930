#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Usage: no_route.sh BUILD_DIR
# A host that has no route to the peer any more drops what it sends, and says nothing to the program: while the connection
# lives, and when its program is gone with its cable and its network namespace, as a pod that is removed.
set -euo pipefail
# shellcheck source=tests/e2e/far_namespace.sh
source "$(dirname "$0")/far_namespace.sh"
net=10.99.1.0/24 reading=16369 stopped=16368

mkfifo "$work/told" "$work/told_far"
ip netns exec "$far" python3 "$work/read.py" $there $reading &
children+=($!)
python3 "$work/write.py" $there $reading 30000 <"$work/told" >"$work/sent" &
children+=($!)
python3 "$work/read.py" $here $stopped &
reader=$!
far_children+=("$reader")
ip netns exec "$far" python3 "$work/write.py" $here $stopped 20000000 <"$work/told_far" >"$work/sent_far" &
writer=$!
children+=("$writer")
exec {told}>"$work/told" {told_far}>"$work/told_far"

start_daemon 19584 'limits: {sweep_cpu_ratio: 1}'
if (($(curl -fsS "$url/metrics" | grep -c '^wiregap_host_dropped_segments_total') == 0)); then
    echo 'skip no route: before Linux 5.17 no hook tells why a packet is dropped'
    stop_daemon
    exit 0
fi
check 'a small message arrives' becomes 10 grep -q sent "$work/sent"
check 'and the other way' becomes 10 grep -q sent "$work/sent_far"
sum_of() { curl -fsS "$url/metrics" | grep "^wiregap_$1{service=\"python3[^\"]*\",port=\"$2\",role=\"client\".*$3" | awk '{ s += $NF } END { printf "%.0f", s * 10 }'; }
under() { (($(sum_of connections_by_verdict "$1" "verdict=\"$2\"") == 10)); }
never_under() { [[ $(curl -fsS "$url/metrics") == *"verdict=\"$2\""* ]] && (($(sum_of verdict_seconds_total "$1" "verdict=\"$2\"") == 0)); }
no_route_drops() { (($(sum_of host_dropped_segments_total "$1" 'by="route"') > 0)); }

ip route del $net dev near
echo go >&"$told"
check 'the kernel takes it all the same' becomes 5 grep -q 'all taken' "$work/sent"
check 'what has no route is dropped by this host' becomes 10 no_route_drops $reading
check 'which is the host'"'"'s' becomes 20 under $reading host_egress
check 'explain says why' explained "port:$reading" 'its routing: there is no route'
check 'no small writes were accused' never_under $reading coalescing
check 'nor the network' never_under $reading network_lossy
ip route add $net dev near

# Its peer reads nothing, its window closes; then its program, its cable and its namespace go.
kill -STOP "$reader"
echo go >&"$told_far"
check 'what is not read fills the queue' becomes 20 grep -q full "$work/sent_far"
check 'the window of one that does not read closes' becomes 20 under $stopped peer_stalled
kill -KILL "$writer"
wait "$writer" 2>/dev/null || true
ip link del near
ip netns del "$far"
sleep 2 # some ticks
check 'the orphan is still seen' under $stopped peer_stalled
check 'until its probes are dropped here' becomes 60 under $stopped host_egress
check 'explain says why' explained "port:$stopped" 'its routing: there is no route'
check 'wiregapd ends with status 0' stop_daemon
summary
