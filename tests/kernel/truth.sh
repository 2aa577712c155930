#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Usage: truth.sh --build DIR KERNEL BACKEND [wiregap_truth OPTIONS]
# The ground-truth program and wiregapd in a VM with Debian's kernel KERNEL, on the back end BACKEND.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)

build=''
if [[ ${1-} == --build ]]; then
    build=$2 && shift 2
fi
[[ -n $build && $# -ge 2 ]] || { sed -n 3,4p "$0" >&2 && exit 2; }
kernel=$1 backend=$2
shift 2
# For kernel TLS, where Debian's kernel has it and as far as it is not built in.
optional=()
dir=$("$here/fetch_kernel.sh" "$kernel")
for module in tls gcm ctr ghash_generic; do
    [[ ! -e $dir/modules/$module.ko ]] || optional+=(--module "$module")
done
# What it says of reasons is kept for matrix.sh.
mkdir -p "$build/matrix"
"$here/boot.sh" --kernel "$kernel" --icount 2 --timeout 800 \
    --module sch_prio --module cls_u32 --module tcp_bbr "${optional[@]}" \
    --file "$build/bin/wiregapd" --file "$build/bin/wiregap_truth" -- \
    /bin/wiregap_truth --vm --daemon /bin/wiregapd --backend "$backend" "$@" | tee "$build/matrix/$kernel.$backend.log"
