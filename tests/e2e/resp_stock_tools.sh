#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Usage: resp_stock_tools.sh BUILD_DIR
# Stock tools, unchanged, against the embedded RESP server: redis-cli, valkey-cli, redis-benchmark, valkey-benchmark,
# hiredis, and where npm and its packages can be had node-redis and ioredis.
set -euo pipefail
# shellcheck source=tests/e2e/lib.sh
source "$(dirname "$0")/lib.sh"
here=$(cd "$(dirname "$0")" && pwd)
port=19482
start_daemon 19582 "resp: {enabled: on, listen: \"127.0.0.1:$port\", unix_socket: $work/sock}"

flavour=''
cli() { "$flavour-cli" -p $port "$@" 2>&1; }

# mass_insertion COUNT: SETs as a client would write them.
mass_insertion() {
    local i
    for ((i = 1; i <= $1; i++)); do
        # shellcheck disable=SC2016 # $ is the protocol's
        printf '*3\r\n$3\r\nSET\r\n$%s\r\nk%s\r\n$1\r\nv\r\n' $((${#i} + 1)) "$i"
    done
}

command_line_client() {
    check "$flavour-cli: FLUSHALL without a password" equal "$(cli flushall | cut -d ' ' -f 1)" NOPERM
    check "$flavour-cli: FLUSHALL by root over the unix socket" equal "$("$flavour-cli" -s "$work/sock" flushall)" OK
    check "$flavour-cli: PING" equal "$(cli ping)" PONG
    check "$flavour-cli over the unix socket" equal "$("$flavour-cli" -s "$work/sock" ping)" PONG
    check "$flavour-cli -3: HELLO 3" equal "$(cli -3 hello | awk '$1 == "proto" { print $2 }')" 3
    check "$flavour-cli: a pipe of commands" equal \
        "$(printf 'set a 1\nincr a\nget a\n' | cli | tr '\n' ' ')" 'OK 2 2 '
    check "$flavour-cli --pipe" equal "$(mass_insertion 5000 | cli --pipe | tail -n 1)" 'errors: 0, replies: 5000'
    check "$flavour-cli --scan sees them" equal "$(cli --scan --pattern 'k*' | sort -u | wc -l)" 5000
    cli -x set blob <"$work/blob" >/dev/null
    check 'a binary value comes back' equal "$(cli --raw get blob | head -c 1000000 | sha256sum)" \
        "$(sha256sum <"$work/blob")"
    check 'an unknown command' equal "$(cli nonsense a)" \
        "ERR unknown command 'nonsense', with args beginning with: 'a' "
}

benchmark() { # benchmark PIPELINE
    local names=ping,set,get,incr,mset
    "$flavour-benchmark" -p $port -t $names -n 2000 -P "$1" --csv >"$work/bench" 2>"$work/bench.err"
    check "$flavour-benchmark -P $1: every test has a figure" equal \
        "$(awk -F, 'NR > 1 && $2 + 0 == 0' <(tr -d '"' <"$work/bench") | wc -l)" 0
    check "$flavour-benchmark -P $1: all 6 tests, no error" equal \
        "$(wc -l <"$work/bench") $(grep -ci error "$work/bench" "$work/bench.err" | cut -d: -f2 | tr '\n' ' ')" \
        '7 0 0 '
}

head -c 1000000 /dev/urandom >"$work/blob"
PATH=$("$here/fetch_valkey.sh"):$PATH
for flavour in redis valkey; do
    command_line_client
    benchmark 1
    benchmark 16
done

check 'hiredis: values, a pipeline, a subscription' "$build/bin/wiregap_hiredis_client" $port

node_clients() {
    cp -r "$here/clients" "$work/clients"
    (cd "$work/clients" && npm ci --silent --no-audit --no-fund >"$work/npm.log" 2>&1) || {
        echo "     npm can't have the packages here: $(tail -n 1 "$work/npm.log")"
        return 0
    }
    check 'node-redis and ioredis' node "$work/clients/clients.mjs" $port
}
if [[ -n $(command -v npm) ]]; then node_clients; fi

check 'the answers were followed to their ACK' test \
    "$(curl -fsS "$url/metrics" | awk '/^wiregap_reply_stage_seconds_count.*in_flight/ { print $2 }')" -gt 0
check 'no client was cut off' equal \
    "$(curl -fsS "$url/metrics" | awk '/^wiregap_resp_cut_off_total/ { s += $2 } END { print s + 0 }')" 0
check 'wiregapd ends with status 0' stop_daemon
check 'the unix socket is gone' test ! -e "$work/sock"
summary
