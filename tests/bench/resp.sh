#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Usage: resp.sh BUILD_DIR [ROUNDS]
# B10: the embedded RESP server against Debian's redis-server and valkey-server, one thread each, same flags, taking
# turns: requests per second, and the server's CPU per command, of PING, GET and SET at -P 1 and 16. A ratio is ours to
# theirs in the same round; what is printed is the median of the rounds, and between which rounds it lies with 95 %
# certainty. Rounds are many and short, a quarter of a second a server: the machine's own speed changes by a tenth from
# one second to the next. Nothing else should run on it.
set -euo pipefail
build=${1:?usage: resp.sh BUILD_DIR [ROUNDS]} rounds=${2:-60}
valkey=$("$(dirname "$0")/../e2e/fetch_valkey.sh")
work=$(mktemp -d)
tests=(ping_mbulk set get)
declare -A port=([wiregap]=19484 [redis]=19485 [valkey]=19486) pid=()
finish() {
    local one
    for one in "${pid[@]}"; do kill "$one" 2>/dev/null && wait "$one" 2>/dev/null || true; done
    rm -rf "$work"
}
trap finish EXIT

printf 'web: {listen: "127.0.0.1:0"}\nresp: {enabled: on, listen: "127.0.0.1:%s", unix_socket: ""}\n' \
    "${port[wiregap]}" >"$work/config.yaml"
start() { # start NAME COMMAND...
    "${@:2}" >"$work/$1.log" 2>&1 &
    pid[$1]=$!
    until redis-cli -p "${port[$1]}" ping >/dev/null 2>&1; do sleep 0.1; done
}
start wiregap "$build/bin/wiregapd" --config "$work/config.yaml"
start redis redis-server --port "${port[redis]}" --bind 127.0.0.1 --save '' --appendonly no
start valkey "$valkey/valkey-server" --port "${port[valkey]}" --bind 127.0.0.1 --save '' --appendonly no

# On-CPU time of a process' threads in ns (Documentation/scheduler/sched-stats.rst).
cpu_ns() { awk '{ ns += $1 } END { printf "%.0f", ns }' "/proc/$1"/task/*/schedstat; }

# one_run NAME TEST PIPELINE: appends "requests/s ns_of_cpu_per_command" to a file.
one_run() {
    local requests=$((20000 * ($3 > 1 ? 12 : 1))) before after rate
    before=$(cpu_ns "${pid[$1]}")
    rate=$(redis-benchmark -p "${port[$1]}" -t "$2" -n $requests -P "$3" -c 50 --csv 2>/dev/null |
        tr -d '"' | awk -F, 'NR == 2 { print $2 }')
    after=$(cpu_ns "${pid[$1]}")
    echo "$rate $(((after - before) / requests))" >>"$work/$1.$2.$3"
}
# The median, and the order statistics that hold it with 95 % certainty (binomial, 0.98 sqrt(n) places away).
median() {
    sort -n | awk '
        { v[NR] = $1 }
        END {
            low = int(NR / 2 - 0.98 * sqrt(NR))
            if (low < 1) low = 1
            print (v[int((NR + 1) / 2)] + v[int(NR / 2) + 1]) / 2, v[low], v[NR + 1 - low]
        }'
}
figure() { cut -d ' ' -f "$2" "$work/$1" | median | cut -d ' ' -f 1; }
# ratio OURS THEIRS COLUMN: each line of a file is a round.
ratio() { paste -d ' ' "$work/$1" "$work/$2" | awk -v c="$3" '{ print $c / $(c + 2) }' | median; }

order=(wiregap redis valkey)
for ((round = 0; round < rounds; ++round)); do
    order=("${order[@]:1}" "${order[0]}") # so that nobody always runs after the same one
    for test in "${tests[@]}"; do
        for pipeline in 1 16; do
            for name in "${order[@]}"; do one_run "$name" "$test" $pipeline; done
        done
    done
done
printf '%-16s %-7s %11s %20s %8s %21s  %s\n' test against requests/s "ratio (95 %)" cpu_ns "cpu_ratio (95 %)" B10
for test in "${tests[@]}"; do
    for pipeline in 1 16; do
        for name in redis valkey; do
            ours=wiregap.$test.$pipeline theirs=$name.$test.$pipeline
            awk -v test="$test -P $pipeline" -v name=$name -v rate="$(figure "$theirs" 1)" -v cpu="$(figure "$theirs" 2)" \
                -v rates="$(ratio "$ours" "$theirs" 1)" -v cpus="$(ratio "$ours" "$theirs" 2)" \
                'function range(r) { return sprintf("%.3f %.2f..%.2f", r[1], r[2], r[3]) }
                 BEGIN { split(rates, r); split(cpus, c)
                         printf "%-16s %-7s %11.0f %20s %8.0f %21s  %s\n", test, name, rate, range(r), cpu, range(c),
                                (r[1] >= 1) ? "ok" : "short" }'
        done
    done
done
