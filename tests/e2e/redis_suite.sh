#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Usage: redis_suite.sh BUILD_DIR [CHECKOUT]
# Redis' own test suite against the embedded RESP server: redis_suite.txt has the files, how many tests pass and
# which are left out. The suite comes with Debian's source package. Of another CHECKOUT of Redis or Valkey it only
# says how many pass, fail and end with an exception.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=tests/e2e/lib.sh
source "$here/lib.sh"
port=19487
table=$here/redis_suite.txt

# fetch_suite DIR: the tests of the redis source package, from the mirror that serves this machine.
fetch_suite() {
    (
        me=redis_suite
        die() { echo "$me: $*" >&2 && exit 1; }
        # shellcheck source=tests/kernel/private_apt.sh
        source "$here/../kernel/private_apt.sh"
        cd "$work"
        apt_types='deb-src'
        private_apt "$work/apt" bookworm
        apt_own apt-get source --download-only redis >"$work/apt/source.log" 2>&1 ||
            die "apt-get source redis: $(tail -n 1 "$work/apt/source.log")"
        mkdir -p "$1"
        tar -xzf redis_*.orig.tar.gz --strip-components=1 -C "$1"
    )
}

# run_file UNIT: "passed failed exceptions".
run_file() {
    (cd "$suite" && timeout 120 tclsh tests/test_helper.tcl --host 127.0.0.1 --port $port --single "$1" --singledb \
        --ignore-encoding --ignore-digest --skipfile "$work/skips" \
        --tags '-slow -needs:debug -needs:repl -needs:save -needs:config-maxmemory -needs:reset' 2>&1) |
        sed 's/\x1b\[[0-9;]*m//g' >"$work/out" || true
    awk '/^\[ok\]/ { ok++ } /^\[err\]/ { err++ } /^\[exception\]/ { ex++ } END { print ok + 0, err + 0, ex + 0 }' "$work/out"
}

suite=${2:-$(cd "$build" && pwd)/cache/redis-suite}
[[ -e $suite/tests/test_helper.tcl ]] || fetch_suite "$suite"
awk -F ' [|] ' '$1 == "skip" { print $2 }' "$table" >"$work/skips"
start_daemon 19589 "resp: {enabled: on, listen: \"127.0.0.1:$port\", unix_socket: \"\"}"
while IFS='|' read -r _ unit passes; do
    unit=${unit// /} passes=${passes// /}
    [[ -z ${2-} ]] || { echo "$unit: $(run_file "$unit")" && continue; }
    check "$unit: $passes pass, none fails" equal "$(run_file "$unit")" "$passes 0 0" || true
    grep -A 3 -E '^\[(err|exception)\]' "$work/out" || true
done < <(grep '^file' "$table")
check 'wiregapd ends with status 0' stop_daemon
summary
