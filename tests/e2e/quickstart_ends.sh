#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# deploy/quickstart.sh shows real bytes, ends when asked to, and leaves nothing running.
set -euo pipefail
top=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
work=$(mktemp -d)
export TMPDIR=$work
trap 'rm -rf "$work"' EXIT

wrong() {
    echo "FAILED: $*" >&2
    for log in "$work"/*.log; do sed "s|^|  ${log##*/}: |" "$log" >&2; done
    exit 1
}

# Ports that nobody listens on, so that the test can run beside a daemon.
free_port() {
    python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}
port=$(free_port) resp_port=$(free_port)
sed -e "0,/^  listen: .*/s//  listen: \"127.0.0.1:$port\"/" -e "s/127.0.0.1:16379/127.0.0.1:$resp_port/" \
    -e 's/^  unix_socket: .*/  unix_socket: ""/' -e 's/^  requirepass: ""/  requirepass: "pass word"/' \
    "$top/config.yaml" >"$work/config.yaml" # the first listen is web's
grep -q "127.0.0.1:$port" "$work/config.yaml" || wrong "config.yaml has no web.listen to replace"

# In a session of its own, by which everything that it started can be found.
quickstart() {
    setsid --wait "$top/deploy/quickstart.sh" --config "$work/config.yaml" "$@"
}

# In whatever session: these name our port or are the demo's.
leftovers() {
    pgrep -af "config $work/config.yaml" || true
    pgrep -af "wiregap demo --resp 127.0.0.1:$resp_port" || true
}

test_shows_bytes_and_ends() {
    quickstart --seconds 12 >"$work/run.log" 2>&1 || wrong "exit code $?"
    grep -q "http://127.0.0.1:$port/metrics" "$work/run.log" || wrong "does not say where /metrics is"
    local row
    row=$(grep "^wiregapd  *$resp_port " "$work/run.log" | tail -n 1)
    # columns: service port role backlog notsent egress unacked acked/s undelivered where
    [[ $(awk '{print $4, $5, $8}' <<<"$row") =~ ^[0-9.]+[KM]iB\ [0-9.]+[KM]iB\ [0-9.]+MiB$ ]] || wrong "wiregapd: $row"
    [[ $(awk '{print $10}' <<<"$row") =~ ^b+n+ ]] || wrong "the places of wiregapd: $row"
    grep -Eq '^connection 127.0.0.1:[0-9]+ -> 127.0.0.1:[0-9]+ of wiregapd' "$work/run.log" ||
        wrong "the slow client is not explained"
    grep -q 'Verdict: peer_stalled (peer)' "$work/run.log" || wrong "the slow client has no verdict"
    [[ -z $(leftovers) ]] || wrong "left running: $(leftovers)"
}

# Not `wait`, which would wait for ever.
ended() {
    local tries=100
    while kill -0 "$1" 2>/dev/null && ((tries-- > 0)); do sleep 0.1; done
    ! kill -0 "$1" 2>/dev/null
}

test_ends_on() {
    local signal=$1 script tries=300
    # A script's background jobs ignore SIGINT, and bash can't trap what was ignored at its start.
    env --default-signal=INT "$top/deploy/quickstart.sh" --config "$work/config.yaml" \
        >"$work/$signal.log" 2>&1 &
    script=$!
    until grep -q '^wiregapd ' "$work/$signal.log" || ((tries-- == 0)); do sleep 0.1; done
    kill -s "$signal" "$script"
    ended "$script" || wrong "still runs 10 s after SIG$signal"
    wait "$script" || [[ $signal != INT ]] || wrong "exit code $? after SIG$signal"
    tries=50
    while [[ -n $(leftovers) ]] && ((tries-- > 0)); do sleep 0.1; done
    [[ -z $(leftovers) ]] || wrong "left running after SIG$signal: $(leftovers)"
}

test_port_in_use() {
    python3 -m http.server --bind 127.0.0.1 "$port" >/dev/null 2>&1 &
    local server=$!
    until (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; do sleep 0.1; done
    local status=0
    quickstart --seconds 1 >"$work/port.log" 2>&1 || status=$?
    kill "$server"
    wait "$server" || true
    [[ $status == 1 ]] || wrong "exit code $status with the port in use"
    [[ $(wc -l <"$work/port.log") == 1 ]] || wrong "more than one line"
    grep -q "port $port is in use" "$work/port.log" || wrong "does not name the port"
}

test_usage() {
    sed 's/^  enabled: auto/  enabled: off/' "$work/config.yaml" >"$work/off.yaml"
    local refused=0
    setsid --wait "$top/deploy/quickstart.sh" --config "$work/off.yaml" >"$work/off.log" 2>&1 || refused=$?
    [[ $refused == 2 ]] || wrong "resp off: exit code $refused"
    grep -q 'resp.enabled is off' "$work/off.log" || wrong "does not say that resp is off"
    local status=0
    quickstart --seconds soon >"$work/usage.log" 2>&1 || status=$?
    [[ $status == 2 && $(wc -l <"$work/usage.log") == 1 ]] || wrong "--seconds soon: exit code $status"
    quickstart --help >"$work/usage.log" 2>&1 || wrong "--help: exit code $?"
}

test_usage
test_port_in_use
test_shows_bytes_and_ends
test_ends_on INT
test_ends_on KILL
echo "quickstart: ok"
