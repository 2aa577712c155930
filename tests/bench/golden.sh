#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Usage: golden.sh NAME FILE [--update] <FIGURES
#
# Holds figures ("figure WHAT VALUE" lines of stdin, others are passed over) against FILE ("WHAT VALUE"
# lines): a value may be 5 % above the recorded one, and both must name the same things, but for what a line
# "skip WHAT WHY" says can't be measured here. Prints for each: NAME WHAT VALUE <=LIMIT ok|short. Status 1 if any is short. --update writes FILE instead.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=lib.sh
source "$(dirname "$0")/lib.sh"

[[ ${1:-} != --help ]] || help
(($# == 2 || $# == 3)) || die "wants NAME FILE [--update], --help says more"
name=$1 file=$2
input=$(tr -d '\r')
figures=$(sed -n 's/^figure //p' <<<"$input")
[[ -n $figures ]] || die "no figures came: what measures them has failed"

if [[ ${3:-} == --update ]]; then
    printf '%s\n' "$figures" >"$file"
    echo "$name: $(wc -l <"$file") figures written to ${file#"$repo/"}"
    exit 0
fi
[[ -r $file ]] || die "${file#"$repo/"} is missing: run with --update, look at it and commit it"

awk -v name="$name" '
    $1 == "skip" { what = $2; sub(/^skip [^ ]* /, ""); why[what] = $0; next }
    FILENAME != "-" { limit[$1] = $2 * 1.05; next }
    !($1 in limit) { print name, $1, $2, "is not in the golden file: short"; failed = 1; next }
    {
        verdict = $2 + 0 <= limit[$1] ? "ok" : "short"
        printf "%s %s %s <=%.7g %s\n", name, $1, $2, limit[$1], verdict
        if (verdict != "ok") failed = 1
        seen[$1] = 1
    }
    END {
        for (what in limit) if (!(what in seen) && what in why) {
            print name, what, "skipped:", why[what]
        } else if (!(what in seen)) {
            print name, what, "is in the golden file and was not measured: short"
            failed = 1
        }
        exit failed
    }' <(sed -n '/^skip /p' <<<"$input") "$file" - <<<"$figures"
