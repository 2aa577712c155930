#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Usage: matrix.sh --build DIR [--update]
# Scenario by kernel and back end: the reason that wiregap found to hold the bytes and its share of the held
# time; then all figures, held time and the truth in seconds. From what the runs of truth.sh left in
# DIR/matrix. Fails where a reason is not the one that ARCHITECTURE.md has for the scenario.
#   --update  writes the table into ARCHITECTURE.md instead
set -euo pipefail
top=$(cd "$(dirname "$0")/../.." && pwd)
doc=$top/ARCHITECTURE.md
build='' update=no
while (($#)); do
    case $1 in
        --build) build=${2:?--build wants a directory} && shift ;;
        --update) update=yes ;;
        --help | -h) sed -n '3,8s/^# \{0,1\}//p' "$0" && exit 0 ;;
        *) echo "matrix.sh: unknown option $1, --help lists them" >&2 && exit 2 ;;
    esac
    shift
done
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

columns=()
for kernel in 5.10 6.1 6.12 7; do
    for backend in fentry tracepoint; do columns+=("$kernel.$backend"); done
done

# scenario column reason share held truth, a line each; a scenario that ran twice counts once.
for column in "${columns[@]}"; do
    [[ -r $build/matrix/$column.log ]] || continue
    tr -d '\r' <"$build/matrix/$column.log" |
        sed -n "s/^ *\([a-z_]*\): matrix reason=\([a-z_]*\) share=\([0-9.]*\) held=\([0-9.]*\) truth=\([0-9.]*\)$/\1 $column \2 \3 \4 \5/p" |
        awk '!seen[$1]++'
done >"$work/lines"
[[ -s $work/lines ]] || { echo "matrix.sh: no run of truth.sh has left anything in $build/matrix" >&2 && exit 1; }

table() {
    awk -v columns="${columns[*]}" '
        BEGIN { n = split(columns, column, " ") }
        !($1 in reason) { order[++rows] = $1; reason[$1] = $3 }
        { share[$1, $2] = sprintf("%s%.1f %%", $3 == reason[$1] ? "" : $3 " ", $4 * 100) }
        END {
            printf "| scenario | reason |"
            for (i = 1; i <= n; i++) {
                title = column[i]
                sub(/\.fentry$/, " fentry", title)
                sub(/\.tracepoint$/, " tracepoint", title)
                printf " %s |", title
            }
            printf "\n|---|---|"; for (i = 1; i <= n; i++) printf "---|"; print ""
            for (r = 1; r <= rows; r++) {
                printf "| `%s` | `%s` |", order[r], reason[order[r]]
                for (i = 1; i <= n; i++) printf " %s |", (order[r], column[i]) in share ? share[order[r], column[i]] : "-"
                print ""
            }
        }' "$work/lines"
}

table >"$work/table"
if [[ $update == yes ]]; then
    awk -v file="$work/table" '
        /^<!-- matrix:/ { print; while ((getline line < file) > 0) print line; skip = 1; next }
        /^<!-- end of the matrix/ { skip = 0 }
        !skip' "$doc" >"$work/doc"
    cat "$work/doc" >"$doc"
    exit 0
fi

cat "$work/table"
echo
printf '%-20s %-16s %-10s %7s %8s  %s\n' scenario 'kernel, back end' reason share held/s truth/s
while read -r scenario column reason share held truth; do
    printf '%-20s %-16s %-10s %7s %8s  %s\n' "$scenario" "$column" "$reason" "$share" "$held" "$truth"
done <"$work/lines"

# The reason that the document has for each scenario.
# shellcheck disable=SC2016 # backquotes of Markdown
sed -n '/^<!-- matrix:/,/^<!-- end of the matrix/s/^| `\([a-z_]*\)` | `\([a-z_]*\)` .*/\1 \2/p' "$doc" >"$work/known"
wrong=$(awk 'NR == FNR { known[$1] = $2; next } known[$1] != $3 { print $1 " in " $2 ": " $3 ", not " known[$1] }' \
    "$work/known" "$work/lines")
[[ -z $wrong ]] || { printf 'FAIL %s\n' "$wrong" && exit 1; }
echo "$(wc -l <"$work/lines") reasons, all as in ARCHITECTURE.md"
