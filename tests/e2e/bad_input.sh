#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Usage: bad_input.sh BUILD_DIR
# What stands in the way gets one clear line; where the daemon can go on with less, it does and says so.
set -euo pipefail
# shellcheck source=tests/e2e/lib.sh
source "$(dirname "$0")/lib.sh"
wiregapd=$build/bin/wiregapd

# refuses WHAT STATUS PATTERN COMMAND...: ends with STATUS within 10 s and one line that matches.
refuses() {
    local what=$1 status=$2 pattern=$3 got=0
    shift 3
    timeout 10 "$@" >"$work/out" 2>&1 || got=$?
    check "$what: exit status $status" equal "$got" "$status"
    check "$what: one line that says '$pattern'" one_line "$pattern"
}

one_line() {
    local lines
    lines=$(wc -l <"$work/out")
    [[ $lines == 1 ]] && grep -Eq "$1" "$work/out" || { sed 's/^/     /' "$work/out" >&2 && return 1; }
}

echo 'tick_secnods: 1' >"$work/typo.yaml"
refuses 'unknown key' 2 'typo.yaml:1:1: .*tick_secnods.*tick_seconds' \
    "$wiregapd" --config "$work/typo.yaml"
echo 'tick_seconds: soon' >"$work/type.yaml"
refuses 'bad value' 2 'type.yaml:1:15: ' "$wiregapd" --check --config "$work/type.yaml"
echo 'tick_seconds: [1' >"$work/syntax.yaml"
refuses 'broken YAML' 2 'syntax.yaml:[0-9]+:[0-9]+: ' "$wiregapd" --config "$work/syntax.yaml"
refuses 'no such file' 2 "$work/none.yaml" "$wiregapd" --config "$work/none.yaml"

start_daemon 19581
cp "$work/config.yaml" "$work/second.yaml"
refuses 'port in use' 1 '127.0.0.1:19581: Address already in use; ' \
    "$wiregapd" --config "$work/second.yaml"
kill -HUP "$daemon"
sleep 0.3
check 'SIGHUP re-reads the configuration' grep -q 'reloaded' "$work/log"
sed -i 's/19581/19599/' "$work/config.yaml"
kill -HUP "$daemon"
sleep 0.3
check 'SIGHUP says what needs a restart' grep -q 'web.listen changes only with a restart' "$work/log"
echo 'nonsense: 1' >"$work/config.yaml"
kill -HUP "$daemon"
sleep 0.3
check 'SIGHUP with a broken file: the daemon goes on' curl -fsS "$url/-/healthy" -o /dev/null
check 'and says why' grep -q 'config.yaml:1:1: .*the running configuration stays' "$work/log"
stop_daemon

# Without capabilities auto goes on with sock_diag; a named back end is an error.
unprivileged=(setpriv --reuid 65534 --regid 65534 --clear-groups --bounding-set=-all --no-new-privs)
chmod 755 "$work"
printf 'backend: tracepoint\nweb: {listen: "127.0.0.1:19582"}\n' >"$work/tracepoint.yaml"
printf 'backend: auto\nweb: {listen: "127.0.0.1:19582"}\n' >"$work/auto.yaml"
chmod 644 "$work"/*.yaml
cp "$wiregapd" "$work/wiregapd"
refuses 'no capability, back end named' 1 'CAP_BPF and CAP_PERFMON' \
    "${unprivileged[@]}" "$work/wiregapd" --config "$work/tracepoint.yaml"

# degraded WHAT PATTERN COMMAND...: runs on the poll back end, warns once, says so in a metric.
degraded() {
    local what=$1 pattern=$2
    shift 2
    "$@" 2>"$work/degraded.log" &
    daemon=$!
    url=http://127.0.0.1:19582
    wait_ready || cat "$work/degraded.log" >&2
    curl -fsS "$url/metrics" >"$work/page" || true
    check "$what: runs on poll" grep -q '^wiregap_backend_info{backend="poll"} 1' "$work/page"
    check "$what: one warning that says '$pattern'" equal \
        "$(grep -c "warning: .*$pattern" "$work/degraded.log")" 1
    check "$what: what can't be known is absent" \
        equal "$(grep -c '^wiregap_write_to_transmit' "$work/page")" 0
    check "$what: gauges are there" grep -q '^wiregap_send_queue_bytes' "$work/page"
    check "$what: ends with status 0" stop_daemon
}
degraded 'no capability' 'CAP_BPF and CAP_PERFMON' \
    "${unprivileged[@]}" "$work/wiregapd" --config "$work/auto.yaml"

# CAP_BPF and CAP_PERFMON alone are enough.
"${unprivileged[@]/--bounding-set=-all/--bounding-set=-all,+bpf,+perfmon}" \
    --inh-caps=-all,+bpf,+perfmon --ambient-caps=-all,+bpf,+perfmon \
    "$work/wiregapd" --config "$work/tracepoint.yaml" \
    2>"$work/caps.log" &
daemon=$!
url=http://127.0.0.1:19582
wait_ready || cat "$work/caps.log" >&2
curl -fsS "$url/metrics" >"$work/page" || true
check 'CAP_BPF and CAP_PERFMON are enough' \
    grep -q '^wiregap_backend_info{backend="tracepoint"} 1' "$work/page"
stop_daemon || true

# A kernel without BTF: hidden in a mount namespace of its own.
mkdir "$work/empty"
degraded 'no BTF' 'CONFIG_DEBUG_INFO_BTF' unshare -m bash -c \
    "mount --bind $work/empty /sys/kernel/btf && exec $wiregapd --config $work/auto.yaml"
summary
