#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Usage: failures_first.sh SECONDS COMMAND ARGS...
# Runs COMMAND, ends with its exit status, and shows its output when it has ended; after a failure what failed
# comes first, then the last lines, then all: whoever shows a log of thousands of lines cuts it somewhere.
# After SECONDS it is ended (124): less than ctest's own timeout, which would take the output with it.
set -uo pipefail
(($# > 1)) || { sed -n 3,6p "$0" >&2 && exit 2; }

log=$(mktemp)
trap 'rm -f "$log"' EXIT
timeout --kill-after=10 "$@" >"$log" 2>&1
status=$?
if ((status)); then
    echo "== exit status $status; what failed"
    grep -aE '^(FAIL|not ok)|^[a-z_]+\.sh: |console: ' "$log" | sort -u | head -n 40
    echo '== the last lines'
    tail -n 15 "$log"
    echo '== all'
fi
cat "$log"
exit "$status"
