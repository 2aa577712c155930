# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# What the end-to-end tests share: a wiregapd of their own, checks that count, a clean end.
build=${1:?usage: $0 BUILD_DIR}
work=$(mktemp -d)
failed=0 passed=0
daemon=''
children=()

finish() {
    local pid
    for pid in ${daemon:+"$daemon"} ${children[@]+"${children[@]}"}; do
        kill "$pid" 2>/dev/null || true
        wait "$pid" 2>/dev/null || true
    done
    # What a sanitizer says (tests/e2e/sanitized.sh) would go with the log.
    [[ ! -r $work/log ]] || grep -E -A 40 'runtime error:|Sanitizer' "$work/log" >&2 || true
    rm -rf "$work"
}
trap finish EXIT

# check WHAT COMMAND...: counts whether COMMAND succeeds.
check() {
    local what=$1
    shift
    if "$@"; then
        passed=$((passed + 1)) && echo "ok   $what"
    else
        failed=$((failed + 1)) && echo "FAIL $what"
    fi
}

equal() {
    [[ $1 == "$2" ]] || { echo "     wiregap says '$1', the truth is '$2'" >&2 && return 1; }
}

summary() {
    echo "$passed passed, $failed failed"
    ((failed == 0))
}

# wait_ready: until $url is ready, 10 s at most.
wait_ready() {
    for _ in {1..100}; do
        if curl -fsS "$url/-/ready" >/dev/null 2>&1; then return; fi
        sleep 0.1
    done
    return 1
}

# start_daemon PORT [YAML]: waits until it is ready. Its log is in $work/log. Without a resp section
# the RESP server is off: its port is for the tests that are about it. $daemon_preload: a library before libc's.
start_daemon() {
    local yaml=${2-}
    url=http://127.0.0.1:$1
    [[ $yaml == *resp:* ]] || yaml+=$'\nresp: {enabled: off}'
    printf 'tick_seconds: 0.2\nowners_seconds: 1\nweb: {listen: "127.0.0.1:%s"}\n%s\n' "$1" "$yaml" \
        >"$work/config.yaml"
    LD_PRELOAD=${daemon_preload-} "$build/bin/wiregapd" --config "$work/config.yaml" 2>"$work/log" &
    daemon=$!
    wait_ready && return
    cat "$work/log" >&2
    echo 'FAIL wiregapd is not ready after 10 s' && exit 1
}

stop_daemon() {
    kill -TERM "$daemon"
    wait "$daemon" && daemon=''
}

# becomes SECONDS COMMAND...: until it succeeds.
becomes() {
    local end=$((SECONDS + $1))
    shift
    until "$@"; do
        ((SECONDS < end)) || return 1
        sleep 0.2
    done
}

# explained WHAT TEXT [-E]: the sentences of `wiregap explain WHAT` have this text, with -E this expression.
explained() {
    { "$build/bin/wiregap" explain "$1" --url "$url" >"$work/said" &&
        grep -q "${3--F}" -- "$2" "$work/said"; } || { cat "$work/said" >&2 && return 1; }
}

# metric NAME LABELS...: the value of the one series that has all these label pairs.
metric() {
    local name=$1 line
    shift
    line=$(curl -fsS "$url/metrics" | grep "^wiregap_$name{")
    for pair in "$@"; do line=$(grep -F "$pair" <<<"$line"); done
    awk '{ printf "%.0f\n", $NF }' <<<"$line"
}

# settled: two ticks from now on, whatever is published has been read after this call.
settled() { sleep 0.7; }
