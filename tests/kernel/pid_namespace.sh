#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Usage: pid_namespace.sh --build DIR KERNEL
# In a VM with Debian's kernel KERNEL, one on which fentry programs may stop the host: wiregapd is killed together with
# its pid namespace, and another one must start.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
[[ ${1-} == --build && $# -eq 3 ]] || { sed -n 3,5p "$0" >&2 && exit 2; }
build=$2 kernel=$3

exec "$here/boot.sh" --kernel "$kernel" --timeout 300 --file "$build/bin/wiregapd" --file "$build/bin/wiregap" \
    --file unshare --file "$here/pid_namespace_guest.sh" -- /bin/pid_namespace_guest.sh
