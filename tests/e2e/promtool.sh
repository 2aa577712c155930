#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Usage: promtool.sh BUILD_DIR
# The real page, under real traffic, as Prometheus' own linter sees it.
set -euo pipefail
# shellcheck source=tests/e2e/lib.sh
source "$(dirname "$0")/lib.sh"
start_daemon 19583 'resp: {enabled: on, listen: "127.0.0.1:19485", unix_socket: ""}'
"$build/bin/wiregap" demo --resp 127.0.0.1:19485 --seconds 3 >/dev/null
settled
curl -fsS "$url/metrics" >"$work/page"
check 'promtool check metrics is clean' promtool check metrics <"$work/page"
# Not compared with the plain page: connections end between the two, and a family without series is left out.
curl -fsS -H 'Accept-Encoding: gzip' -D "$work/headers" "$url/metrics" >"$work/packed.gz"
check 'gzip is said' equal \
    "$(tr -d '\r' <"$work/headers" | sed -n 's/^[Cc]ontent-[Ee]ncoding: //p')" gzip
check 'gzip unpacks it' gzip -d "$work/packed.gz"
check 'to a page that promtool check metrics finds clean' promtool check metrics <"$work/packed"
check 'with the build in it' test "$(grep -c '^wiregap_build_info{' "$work/packed")" -eq 1
check 'Content-Type is the text format' equal \
    "$(curl -fsSI "$url/metrics" | tr -d '\r' | sed -n 's/^[Cc]ontent-[Tt]ype: //p')" \
    'text/plain; version=0.0.4; charset=utf-8'
begin=$(date +%s%N)
check 'SIGTERM ends it' stop_daemon
check 'within a second' test $(($(date +%s%N) - begin)) -lt 1000000000
summary
