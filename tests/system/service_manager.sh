#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Usage: service_manager.sh BUILD_DIR
# What wiregapd says to a service manager, takes from it, and gives back, without systemd as PID 1.
set -euo pipefail
# shellcheck source=tests/e2e/lib.sh
source "$(dirname "$0")/../e2e/lib.sh"

# Prints what is notified, a line each.
cat >"$work/notified.py" <<'PYTHON'
import socket, sys
notify = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
notify.bind(sys.argv[1])
while True:
    print(notify.recv(4096).decode(), flush=True)
PYTHON
python3 "$work/notified.py" "$work/notify" >"$work/notified" &
children+=($!)
for _ in {1..50}; do [[ ! -S $work/notify ]] || break && sleep 0.1; done

said() { # said PATTERN: within 10 s
    for _ in {1..100}; do
        if grep -Eq "$1" "$work/notified"; then return; fi
        sleep 0.1
    done
    sed 's/^/     /' "$work/notified" >&2
    return 1
}

capabilities() { awk '/^Cap(Inh|Prm|Eff|Amb)/ { print $2 }' "/proc/$daemon/task/"*/status | sort -u; }

export NOTIFY_SOCKET=$work/notify WATCHDOG_USEC=600000
start_daemon 19681
check 'READY=1 once it serves' said '^READY=1$'
check 'STATUS has the back end and counts' \
    said '^STATUS=back end (fentry|tracepoint|poll), [0-9]+ services, [0-9]+ connections, /metrics on 127.0.0.1:19681$'
check 'WATCHDOG=1 while ticks succeed' said '^WATCHDOG=1$'
kill -HUP "$daemon"
check 'a reload says RELOADING=1' said '^RELOADING=1$'
check 'with its time' said '^MONOTONIC_USEC=[0-9]+$'
check 'and READY=1 again' equal "$(sleep 0.5 && grep -c '^READY=1$' "$work/notified")" 2

if grep -q '^wiregap_backend_info{backend="poll"} 1' <(curl -fsS "$url/metrics"); then
    check 'poll keeps the two that /proc needs' grep -q 'kept CAP_SYS_PTRACE' "$work/log"
else
    check 'after attach no thread has a capability' equal "$(capabilities)" 0000000000000000
    check 'which is said in one line' equal "$(grep -c 'capabilities: dropped .*kept none' "$work/log")" 1
    # Programs, maps and iterators go on without: a service that is new now has its bytes and its owner.
    python3 -m http.server --bind 127.0.0.1 19684 >/dev/null 2>&1 &
    children+=($!)
    until curl -fsS http://127.0.0.1:19684/ >/dev/null 2>&1; do sleep 0.1; done
    sleep 2
    curl -fsS "$url/metrics" >"$work/page"
    check 'a later service is counted and named' \
        grep -Eq '^wiregap_written_bytes_total\{.*service="python3.*port="19684".*\} [1-9]' "$work/page"
fi
check 'it ends with status 0' stop_daemon
check 'STOPPING=1' said '^STOPPING=1$'
unset NOTIFY_SOCKET WATCHDOG_USEC

# Socket activation: the port is systemd's, web.listen is not looked at.
printf 'web: {listen: "127.0.0.1:19682"}\n' >"$work/other.yaml"
systemd-socket-activate -l 127.0.0.1:19683 --fdname=metrics \
    "$build/bin/wiregapd" --config "$work/other.yaml" 2>"$work/activated" &
daemon=$!
url=http://127.0.0.1:19683
check 'a passed socket is served' wait_ready
check 'and named in the status' grep -q '/metrics on 127.0.0.1:19683' "$work/activated"
check 'web.listen is left alone' equal "$(curl -s -o /dev/null -w '%{http_code}' http://127.0.0.1:19682/ || true)" 000
check 'it ends' stop_daemon

systemd-socket-activate -l 127.0.0.1:19683 --fdname=metrisc \
    "$build/bin/wiregapd" --config "$work/other.yaml" 2>"$work/activated" &
daemon=$!
for _ in {1..50}; do ! curl -s -m 1 "$url/" >/dev/null || break && sleep 0.1; done &
children+=($!)
status=0
wait "$daemon" || status=$?
daemon=''
check 'a socket of another name: exit status 1' equal "$status" 1
check 'and one line that says what to do' \
    grep -q '"metrisc" that systemd passed has a name that is not known.*FileDescriptorName=metrics' "$work/activated"
summary
