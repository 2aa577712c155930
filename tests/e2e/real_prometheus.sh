#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Usage: real_prometheus.sh BUILD_DIR SOURCE_DIR
# Debian's Prometheus with the shipped job, rules and alerts (only `for`, an age and the
# intervals are shorter) scrapes a real wiregapd under real traffic. Nothing fires while all is well; a client that
# stops reading makes the right alert fire and no other; every panel and every rule has data.
# All of it runs in a network namespace of its own: no other traffic of this machine is seen.
set -euo pipefail
if [[ -z ${WIREGAP_TEST_NAMESPACE-} ]]; then
    WIREGAP_TEST_NAMESPACE=own exec unshare --net "$0" "$@"
fi
ip link set lo up
# shellcheck source=tests/e2e/lib.sh
source "$(dirname "$0")/lib.sh"
# shellcheck source=tests/e2e/servers.sh
source "$(dirname "$0")/servers.sh"
top=${2:?usage: $0 BUILD_DIR SOURCE_DIR}
redis_port=16386 resp_port=16387 prometheus=http://127.0.0.1:19594
ask() { "$top/tests/e2e/prometheus/ask.py" "$prometheus" "$top" "$@"; }

# A few hundred commands a second, some with large replies, from clients that read; some connections
# end each second. With a limit: redis-benchmark spins for ever once its server is gone.
healthy_traffic() {
    while sleep 1; do
        timeout 10 redis-benchmark -p $redis_port -t set,get,lpush -n 200 -c 4 -d 2000 -q
        for _ in 1 2 3; do redis-cli -p $redis_port get big; done
        [[ -z $resp ]] || timeout 10 redis-benchmark -p $resp_port -t set,get,incr -n 200 -c 4 -d 2000 -q
    done >/dev/null 2>&1
}

start_prometheus() {
    mkdir "$work/prometheus"
    cp "$top"/deploy/prometheus/*.yml "$work/prometheus/"
    sed -i 's/_interval: 15s/_interval: 1s/; s/localhost:19473/127.0.0.1:19593/' \
        "$work/prometheus/prometheus.yml"
    sed -i -E 's/^( +)for: .*/\1for: 2s/; s/(wiregap_oldest_notsent_seconds (>|<=)) 30/\1 3/' \
        "$work/prometheus/wiregap.alerts.yml"
    prometheus --config.file="$work/prometheus/prometheus.yml" --log.level=warn \
        --storage.tsdb.path="$work/prometheus/data" --web.listen-address="${prometheus#http://}" \
        >"$work/prometheus.log" 2>&1 &
    children+=($!)
    for _ in {1..150}; do
        if curl -fsS "$prometheus/-/ready" >/dev/null 2>&1; then return; fi
        sleep 0.2
    done
    cat "$work/prometheus.log" && echo 'FAIL Prometheus is not ready after 30 s' && exit 1
}

# scrapes_done N: until Prometheus has N more scrapes of wiregapd (and evaluated them).
scrapes_done() {
    local begin
    begin=$(ask scrapes)
    for _ in {1..300}; do
        (($(ask scrapes) >= begin + $1)) && return
        sleep 0.2
    done
    echo 'FAIL Prometheus does not scrape' && exit 1
}

# The alerts that fire. Where this machine's kernel refuses a hook, WiregapDegraded does all the time, and has to.
fired() {
    if ((refused)); then
        { ask firing | grep -v '^WiregapDegraded'; } || true
    else
        ask firing
    fi
}
degraded_fires() { ask firing | grep -q '^WiregapDegraded'; }
nothing_fires() { [[ -z $(fired | tee /dev/stderr) ]]; }
only_slow_peers() { [[ $(fired | cut -f1-4 | sort -u | tr '\t' ' ') == "WiregapSlowPeers redis-server $redis_port peer" ]]; }

wait_for_alert() {
    for _ in {1..300}; do
        [[ -n $(fired) ]] && return
        sleep 0.2
    done
}

start_redis $redis_port
# The panel of the worst connections is off by default.
settings=$'observe: {network_namespaces: own}\nverdicts: {top_connections: 10}' resp=''
printf '%s\nresp: {listen: "127.0.0.1:%s", unix_socket: ""}\n' "$settings" $resp_port >"$work/with_resp.yaml"
if "$build/bin/wiregapd" --check --config "$work/with_resp.yaml" >/dev/null 2>&1; then
    settings=$(<"$work/with_resp.yaml") resp=yes
fi
start_daemon 19593 "$settings"
refused=$(curl -fsS "$url/metrics" | grep -c '^wiregap_hook_attached{.*} 0$' || true)
start_prometheus
healthy_traffic &
children+=($!)
scrapes_done 15
check 'with clients that read, no alert fires' nothing_fires
((!refused)) || check "this kernel refuses $refused hooks: that is an alert" degraded_fires

exec {stalled}<>/dev/tcp/127.0.0.1/$redis_port
for _ in {1..20}; do printf 'GET big\r\n' >&"$stalled"; done
wait_for_alert
scrapes_done 10
check 'a client stops reading while its output grows: that alert, no other' only_slow_peers
ask firing

# What the rest of the panels show: writers that wait for room.
"$top/tests/e2e/prometheus/late_readers.py" &
children+=($!)
scrapes_done 10
check 'every panel has data or says why not' ask queries
check 'every rule has data or says why not' ask rules
exec {stalled}>&-
check 'wiregapd ends with status 0' stop_daemon
summary
