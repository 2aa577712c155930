#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# golden.sh must fail for each way in which figures can differ from the golden file.
set -euo pipefail
golden=$(dirname "$0")/golden.sh
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
printf 'a 100\nb 2.00\n' >"$work/golden"

expect() { # expect STATUS FIGURES
    local status=0
    printf %b "$2" | "$golden" T "$work/${3:-golden}" >"$work/said" 2>&1 || status=$?
    [[ $status == "$1" ]] || { echo "status $status, not $1, for: $2"; cat "$work/said"; exit 1; }
}

expect 0 'figure a 100\nfigure b 2.00\nother line\n'
expect 0 'figure a 105\nfigure b 1.00\r\n'
expect 1 'figure a 106\nfigure b 2.00\n'
grep -q '^T a 106 <=105 short$' "$work/said"
expect 1 'figure a 100\n'
expect 0 'figure a 100\nskip b the kernel has none\n'
grep -q '^T b skipped: the kernel has none$' "$work/said"
expect 1 'figure a 106\nskip b the kernel has none\n'
expect 1 'skip b the kernel has none\nfigure b 2.00\n'
expect 1 'figure a 100\nfigure b 2.00\nfigure c 1\n'
expect 2 'nothing\n'
expect 2 'figure a 100\n' missing
printf 'figure z 7\n' | "$golden" T "$work/new" --update >/dev/null
[[ $(<"$work/new") == 'z 7' ]]
