#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Usage: truth.sh --build DIR [--parallel] [--short] KERNEL BACKEND [wiregap_truth OPTIONS]
# The ground-truth program and wiregapd in a VM with Debian's kernel KERNEL, on the back end BACKEND. Time is counted in
# instructions, so no load of the host is in any figure; the guest's two CPUs take turns.
#   --short     without the scenarios in which neither the kernel nor the back end has a part (Scenario::In)
#   --parallel  they run at the same time, on the host's clock: for what only two CPUs at once can break
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)

build='' short=() clock=(--icount 1)
while [[ ${1-} == --* ]]; do
    case $1 in
        --build) build=${2-} && shift 2 ;;
        --parallel) clock=() && shift ;;
        --short) short=(--short) && shift ;;
        *) break ;;
    esac
done
[[ -n $build && $# -ge 2 ]] || { sed -n 3,7p "$0" >&2 && exit 2; }
kernel=$1 backend=$2
shift 2
# For kernel TLS, where Debian's kernel has it and as far as it is not built in.
optional=()
dir=$("$here/fetch_kernel.sh" "$kernel")
for module in tls gcm ctr ghash_generic; do
    [[ ! -e $dir/modules/$module.ko ]] || optional+=(--module "$module")
done
# What a whole run says of reasons is kept for matrix.sh.
log=/dev/null
(($#)) || { mkdir -p "$build/matrix" && log=$build/matrix/$kernel.$backend.log; }
"$here/boot.sh" --kernel "$kernel" ${clock[@]+"${clock[@]}"} --timeout 1600 \
    --module sch_prio --module cls_u32 --module tcp_bbr "${optional[@]}" \
    --file "$build/bin/wiregapd" --file "$build/bin/wiregap_truth" -- \
    /bin/wiregap_truth --vm --daemon /bin/wiregapd --backend "$backend" ${short[@]+"${short[@]}"} "$@" | tee "$log"
