#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Usage: servers.sh --build DIR KERNEL BACKEND
# Each verdict on connections of real servers (wiregapd's own, redis-server, nginx) in a VM with Debian's kernel
# KERNEL, on the back end BACKEND.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)

[[ ${1-} == --build && $# == 4 ]] || { sed -n 3,5p "$0" >&2 && exit 2; }
build=$2 kernel=$3 backend=$4

# nginx looks up its user and its group, even if it is not to change them.
etc=$(mktemp -d)
trap 'rm -rf "$etc"' EXIT
echo 'root:x:0:0:root:/:/bin/sh' >"$etc/passwd"
echo 'root:x:0:' >"$etc/group"

"$here/boot.sh" --kernel "$kernel" --icount 1 --timeout 1100 --module sch_prio --module cls_u32 --dir "$etc:/etc" \
    --file "$build/bin/wiregapd" --file "$build/bin/wiregap_truth" --file redis-server --file nginx -- \
    /bin/wiregap_truth --vm --daemon /bin/wiregapd --backend "$backend" \
    --scenario server_embedded --scenario server_redis --scenario server_nginx
