#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Usage: selftest.sh [KERNEL]...
#
# Checks the harness itself, on every kernel or those named: modules and queueing disciplines, BTF, exit
# statuses, files to and fro, lockdown. Prints one line a kernel, with the seconds of each of its boots.
set -euo pipefail
source "$(dirname "$0")/lib.sh"

[[ ${1-} != --help ]] || help
kernels=("$@")
((${#kernels[@]})) || kernels=(5.10 6.1 6.12 7)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# Runs in the guest: exits with the number of the first check that fails, 7 if all is well.
cat >"$work/checks" <<'GUEST'
#!/bin/bash
uname -r
[[ -s /sys/kernel/btf/vmlinux ]] || exit 10
for kind in netem\ delay\ 1ms fq tbf\ rate\ 10mbit\ burst\ 20kb\ latency\ 50ms fq_codel; do
    tc qdisc add dev lo root $kind && tc qdisc show dev lo | grep -q "${kind%% *}" || exit 11
    tc qdisc del dev lo root
done
tc qdisc add dev lo ingress || exit 12
ip link add v0 type veth peer name v1 && ip link add d0 type dummy || exit 13
ss -tin >/dev/null || exit 14
[[ $(cat /proc/sys/net/core/bpf_jit_enable) == 1 ]] || exit 15
[[ $(ulimit -l) == unlimited && $(ulimit -n) == 20000 ]] || exit 16
[[ $A == 'b c' && $PATH == /bin:/sbin ]] || exit 17
grep -q ' /sys/fs/bpf bpf' /proc/mounts && [[ -e /sys/kernel/tracing/events && -e /sys/fs/cgroup/cgroup.procs ]] || exit 18
[[ $(</data/deep/file) == 'it is here' && $(cat "/with space") == 'it is here' ]] || exit 19
[[ $* == "one two 'three'" ]] || exit 20
lsmod | grep -q '^tcp_bbr ' || exit 21
cat /bin/busybox >/out
exit 7
GUEST
chmod +x "$work/checks"
mkdir -p "$work/dir/deep"
echo 'it is here' | tee "$work/dir/deep/file" >"$work/with space"

wrong() {
    echo "$kernel FAILED: $*"
    failed=1
}

# boot WANTED_STATUS ARGS...: output to $work/log, seconds added to $seconds
boot() {
    local begin status=0 wanted=$1
    begin=$(now_us)
    "$here/boot.sh" --kernel "$kernel" "${@:2}" >"$work/log" 2>&1 || status=$?
    seconds+=" $(seconds_since "$begin")"
    [[ $status == "$wanted" ]] || wrong "status $status, not $wanted: $(tail -n3 "$work/log")"
}

check() {
    local mode version seconds='' failed=''
    version=$(cat "$("$here/fetch_kernel.sh" "$kernel")/version")
    boot 7 --file "$work/checks" --file "$work/with space" --dir "$work/dir:/data" --module tcp_bbr \
        --env 'A=b c' --out "$work/out" -- checks one "two 'three'"
    [[ $(<"$work/log") == "$version" ]] || wrong "the console is not clean: $(head -c 500 "$work/log" | cat -v)"
    cmp -s "$work/out" "$(command -v busybox)" || wrong "/out is not what was written"
    for mode in integrity confidentiality; do
        boot 0 --append "lockdown=$mode" -- sh -c 'cat /sys/kernel/security/lockdown; tc qdisc add dev lo root netem'
        grep -q "\[$mode\]" "$work/log" || wrong "no lockdown=$mode: $(<"$work/log")"
    done
    boot 124 --timeout 2 -- sleep 1000
    printf '%-5s %-22s %s  wall s:%s\n' "$kernel" "$version" "${failed:-ok}" "$seconds"
    [[ -z $failed ]]
}

status=0
for kernel in "${kernels[@]}"; do
    check || status=1
done
exit $status
