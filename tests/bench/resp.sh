#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Usage: resp.sh BUILD_DIR [ROUNDS]
# B10: the embedded RESP server against Debian's redis-server and valkey-server, one thread each, same flags, taking
# turns: requests per second, and the server's CPU per command, of PING, GET and SET at -P 1 and 16. A ratio is ours to
# theirs in the same round; what is printed is the median of the rounds. Nothing else should run on the machine.
set -euo pipefail
build=${1:?usage: resp.sh BUILD_DIR [ROUNDS]} rounds=${2:-5}
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
    local requests=$((200000 * ($3 > 1 ? 5 : 1))) before after rate
    before=$(cpu_ns "${pid[$1]}")
    rate=$(redis-benchmark -p "${port[$1]}" -t "$2" -n $requests -P "$3" -c 50 --csv 2>/dev/null |
        tr -d '"' | awk -F, 'NR == 2 { print $2 }')
    after=$(cpu_ns "${pid[$1]}")
    echo "$rate $(((after - before) / requests))" >>"$work/$1.$2.$3"
}
median() { sort -n | awk '{ v[NR] = $1 } END { print (v[int((NR + 1) / 2)] + v[int(NR / 2) + 1]) / 2 }'; }
figure() { cut -d ' ' -f "$2" "$work/$1" | median; }
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
printf '%-16s %-7s %11s %8s %8s %9s  %s\n' test against requests/s ratio cpu_ns cpu_ratio B10
for test in "${tests[@]}"; do
    for pipeline in 1 16; do
        for name in redis valkey; do
            ours=wiregap.$test.$pipeline theirs=$name.$test.$pipeline
            awk -v test="$test -P $pipeline" -v name=$name -v rate="$(figure "$theirs" 1)" -v cpu="$(figure "$theirs" 2)" \
                -v rates="$(ratio "$ours" "$theirs" 1)" -v cpus="$(ratio "$ours" "$theirs" 2)" \
                'BEGIN { printf "%-16s %-7s %11.0f %8.2f %8.0f %9.2f  %s\n", test, name, rate, rates, cpu, cpus,
                         (rates >= 1) ? "ok" : "short" }'
        done
    done
done
