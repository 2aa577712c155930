#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Usage: redis.sh BUILD_DIR [SEGMENTS]
# B4: what wiregapd adds to redis-server's CPU time per command, GET at -P 1 and 16. Segments with and
# without wiregapd take turns; a ratio is one with it against the mean of its two neighbours without, and the
# figure is the median of SEGMENTS (default 60) of them. Nothing else should run on the machine.
set -euo pipefail
build=${1:?usage: redis.sh BUILD_DIR [SEGMENTS]} segments=${2:-60}
config=$(cd "$(dirname "$0")/../.." && pwd)/config.yaml
work=$(mktemp -d)
port=19486
pids=()
finish() {
    for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null && wait "$pid" 2>/dev/null || true; done
    rm -rf "$work"
}
trap finish EXIT

redis-server --port $port --bind 127.0.0.1 --save '' --appendonly no >"$work/redis.log" &
redis=$!
pids=("$redis")
until redis-cli -p $port ping >/dev/null 2>&1; do sleep 0.1; done

cpu_ns() { cut -d ' ' -f 1 "/proc/$redis/schedstat"; }

# segment PIPELINE: ns of the server's CPU time per command.
segment() {
    local requests=$((20000 * ($1 > 1 ? 8 : 1))) before after
    before=$(cpu_ns)
    redis-benchmark -p $port -t get -n $requests -P "$1" -c 50 -q >/dev/null
    after=$(cpu_ns)
    echo $(((after - before) / requests))
}

# As it is shipped, but for its ports.
sed -e 's/0\.0\.0\.0:19473/127.0.0.1:19487/' -e 's/^\( *enabled:\) auto/\1 off/' "$config" >"$work/config.yaml"
# watched PIPELINE: the same under wiregapd, in $with.
watched() {
    "$build/bin/wiregapd" --config "$work/config.yaml" 2>"$work/log" &
    local daemon=$!
    pids=("$redis" "$daemon")
    until curl -fs http://127.0.0.1:19487/-/ready >/dev/null; do
        kill -0 "$daemon" 2>/dev/null || { cat "$work/log" >&2 && exit 1; }
        sleep 0.05
    done
    with=$(segment "$1")
    kill "$daemon" && wait "$daemon"
    pids=("$redis")
}

for pipeline in 1 16; do
    segment $pipeline >/dev/null # fills the caches
    before=$(segment $pipeline)
    for ((i = 0; i < segments; ++i)); do
        watched $pipeline
        after=$(segment $pipeline)
        awk -v a="$before" -v w="$with" -v b="$after" 'BEGIN { print 2 * w / (a + b), w, (a + b) / 2 }'
        before=$after
    done >"$work/ratios"
    bar=$( ((pipeline == 1)) && echo 1.03 || echo 1.02)
    sort -n "$work/ratios" | awk -v name="B4 ratio_P$pipeline" -v bar="$bar" '
        { ratio[NR] = $1; cpu[NR] = $3 }
        END {
            m = int((NR + 1) / 2)
            printf "%s %.3f <=%s %s   (quartiles %.3f and %.3f, %d segments)\n", name, ratio[m], bar,
                   ratio[m] <= bar ? "ok" : "short", ratio[int((NR + 3) / 4)], ratio[int((3 * NR + 1) / 4)], NR
        }'
done
