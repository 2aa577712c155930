#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Usage: unit_score.sh
# The unit as systemd-analyze sees it: exposure at most 2.0, and nothing in it that systemd does not know.
set -euo pipefail
unit=$(cd "$(dirname "$0")/../.." && pwd)/deploy/systemd/wiregapd.service
socket=${unit%.service}.socket
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# Status 1 if the exposure, times ten, is above the threshold.
systemd-analyze security --offline=true --threshold=20 --no-pager "$unit" >"$work/score" || {
    grep '✗' "$work/score"
    tail -n 1 "$work/score"
    exit 1
}
tail -n 1 "$work/score"

# Neither the programs nor the pages are installed here: that is the package's test.
systemd-analyze verify --man=no "$unit" "$socket" 2>&1 | grep -v 'is not executable' >"$work/verify" || true
! grep -E 'wiregapd\.(service|socket)' "$work/verify"
