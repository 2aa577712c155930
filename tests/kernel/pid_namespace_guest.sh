#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Inside the VM: wiregapd is a child in a pid namespace, and the namespace's init is killed. Held by fentry programs, a
# kernel before 6.9 never comes back from that (daemon/kernel/host/environment.h, trampoline_hazard).
failed=0
check() {
    local what=$1
    shift
    if "$@"; then echo "ok   $what"; else echo "FAIL $what" && failed=1; fi
}
config() { printf 'backend: %s\nresp: {enabled: off}\nweb: {listen: "127.0.0.1:%s"}\n' "$1" "$2" >"/tmp/$2.yaml"; }
backend() { wiregap --url "http://127.0.0.1:$1" services --json 2>/dev/null | grep -o '"backend": *"[a-z]*"'; }
runs_on() { # runs_on PORT BACKEND: it answers within a minute
    for _ in {1..120}; do
        [[ $(backend "$1") != *"\"$2\""* ]] || return 0
        sleep 0.5
    done
    return 1
}
is_gone() {
    for _ in {1..20}; do
        [[ -d /proc/$1 ]] || return 0
        sleep 0.5
    done
    return 1
}
grep -q ' tasks_rcu_exit_srcu$' /proc/kallsyms || { echo 'FAIL this kernel is not one of those' && exit 1; }

config auto 19473
config fentry 19474
unshare --fork --pid bash -c 'wiregap doctor >/tmp/doctor
    wiregapd --config /tmp/19474.yaml >/tmp/fentry.log 2>&1
    wiregapd --config /tmp/19473.yaml & sleep 100000; true' >/tmp/log 2>&1 &
check 'in a pid namespace, and not its init: auto takes the tracepoint back end' runs_on 19473 tracepoint
check 'the log says why' grep -q 'Linux 6.9' /tmp/log
check 'doctor says why' grep -q 'Linux 6.9' /tmp/doctor
check 'fentry is refused there, and says why' grep -q 'Linux 6.9' /tmp/fentry.log
daemon=$(pidof wiregapd)
kill -9 "$(tr -d ' ' </proc/$!/task/$!/children)"
check 'it dies with its namespace' is_gone "$daemon"

config auto 19475
wiregapd --config /tmp/19475.yaml >/tmp/log2 2>&1 &
second=$!
check 'a second one starts, with fentry' runs_on 19475 fentry
kill $second
check 'and ends' wait $second
((failed == 0)) || cat /tmp/log /tmp/doctor /tmp/fentry.log /tmp/log2
exit $failed
