#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Usage: times.sh JUNIT_FILE ["SECONDS STEP"]...
# What the parts of a run took: the steps before the tests, then for each part the sum of its tests' seconds (as many
# run at a time as there are CPUs) and how many failed; below that the ten longest tests. A part is what a test's name
# begins with; the unit tests are named after what they test.
set -euo pipefail
results=${1:?usage: times.sh JUNIT_FILE [STEP]...}
shift

# name seconds status, a line each
tests=$(sed -n 's/.*<testcase name="\([^"]*\)".* time="\([0-9.]*\)" status="\([a-z]*\)".*/\1 \2 \3/p' "$results")

printf '%-12s %8s %6s %7s\n' part seconds tests failed
for step; do printf '%-12s %8s\n' "${step#* }" "${step%% *}"; done
awk '
    NF < 3 { next }
    {
        part = $1
        sub(/\..*/, "", part)
        if (part !~ /^(truth|vm|e2e|bench|lint|sanitize|fuzz|build)$/ || $1 ~ /^bench\.[A-Zg]/) part = "unit"
        if ($1 ~ /^vm\.systemd|^e2e\.(package|debian13|service_manager)/) part = "system"
        seconds[part] += $2
        count[part]++
        failed[part] += $3 == "fail"
    }
    END { for (part in count) printf "%-12s %8.0f %6d %7s\n", part, seconds[part], count[part], failed[part] ? failed[part] : "" }
' <<<"$tests" | sort -k2,2nr
echo
echo 'longest'
awk 'NF >= 3 { printf "%8.0f  %s\n", $2, $1 }' <<<"$tests" | sort -nr | sed -n '1,10p' # head would leave sort with a broken pipe
