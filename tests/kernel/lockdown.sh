#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Usage: lockdown.sh --build DIR KERNEL MODE BACKEND
# Boots with lockdown=MODE: `backend: auto` must take BACKEND and work there, and doctor must say so.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
[[ ${1-} == --build && $# -eq 5 ]] || { sed -n 3,4p "$0" >&2 && exit 2; }
build=$2 kernel=$3 mode=$4 backend=$5

# The scenarios that every back end can answer; those it can't are skipped with their reason.
exec "$here/boot.sh" --kernel "$kernel" --icount 1 --append "lockdown=$mode" --timeout 900 \
    --file "$build/bin/wiregapd" --file "$build/bin/wiregap" --file "$build/bin/wiregap_truth" \
    --file "$here/lockdown_guest.sh" --env MODE="$mode" --env BACKEND="$backend" -- \
    /bin/lockdown_guest.sh
