#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Usage: next_hop.sh BUILD_DIR
# A next hop that is gone: segments wait on this host for its address, and then are dropped here. That is the network's,
# whatever the queue looks like, and not this host's. In two network namespaces of their own, with a cable between.
set -euo pipefail
if [[ -z ${WIREGAP_TEST_NAMESPACE-} ]]; then
    unshare --net true 2>/dev/null || { echo 'skip a next hop that is gone: this machine makes no network namespaces' && exit 0; }
    WIREGAP_TEST_NAMESPACE=own exec unshare --net "$0" "$@"
fi
# shellcheck source=tests/e2e/lib.sh
source "$(dirname "$0")/lib.sh"
far=wgt_hop_$$ here=10.99.0.1 there=10.99.0.2 port=16370

ip link set lo up
ip netns add "$far"
end_namespace() { ip netns del "$far" && finish; }
trap end_namespace EXIT
ip link add near type veth peer name far netns "$far"
ip addr add $here/24 dev near && ip link set near up
ip -n "$far" addr add $there/24 dev far
ip -n "$far" link set far up && ip -n "$far" link set lo up

# Takes what comes.
ip netns exec "$far" python3 - $there $port <<'PY' &
import socket, sys
listener = socket.create_server((sys.argv[1], int(sys.argv[2])))
one, _ = listener.accept()
while one.recv(65536):
    pass
PY
children+=($!)
# Sends a little, and a lot when told so.
mkfifo "$work/told" "$work/sent"
python3 - $there $port "$work/told" "$work/sent" <<'PY' &
import socket, sys, time
for _ in range(100):
    try:
        one = socket.create_connection((sys.argv[1], int(sys.argv[2])))
        break
    except ConnectionRefusedError:
        time.sleep(0.1)
one.sendall(b"x" * 100)
open(sys.argv[4], "w").write("sent\n")
open(sys.argv[3]).readline()
one.sendall(b"y" * 30000)
time.sleep(300)
PY
children+=($!)

start_daemon 19585 'limits: {sweep_cpu_ratio: 1}'
check 'a small message arrives' grep -q sent "$work/sent"
neighbour() { ip neigh show $there; }
is_gone() { [[ $(neighbour) =~ INCOMPLETE|FAILED ]]; }
# Of the sender, and not of what an earlier run left behind.
sum_of() { curl -fsS "$url/metrics" | grep "^wiregap_$1{service=\"python3\",port=\"$port\",role=\"client\".*$2" | awk '{ s += $NF } END { printf "%.0f", s * 10 }'; }
of_network() { (($(sum_of connections_by_verdict 'verdict="network_lossy"') == 10)); }
of_host() { (($(sum_of verdict_seconds_total 'locus="host"') > 0)); }
dropped() { (($(sum_of host_dropped_segments_total 'by="neighbour"') > 0)); }
ip -n "$far" addr del $there/24 dev far
ip neigh flush dev near
echo go >"$work/told"
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
