#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Usage: embedded_verdicts.sh BUILD_DIR
# The embedded server, whose reply backlog is known: a client that stops reading, a server that does not write, what
# WIREGAP says of them, and the changes on the channel wiregap:verdicts. No shipped server is late on purpose: a library
# before libc's keeps its send() from the sockets whose peers' ports stand in a file (late_writes.c).
set -euo pipefail
# shellcheck source=tests/e2e/lib.sh
source "$(dirname "$0")/lib.sh"
port=19484
export WIREGAP_LATE_PORTS=$work/late
: >"$WIREGAP_LATE_PORTS"
# The daemon alone; a sanitizer's own library would have to come first, and need not.
daemon_preload=${WIREGAP_RELEASE_BUILD:-$build}/lib/liblate_writes.so
export ASAN_OPTIONS=${ASAN_OPTIONS:+$ASAN_OPTIONS:}verify_asan_link_order=0
start_daemon 19586 "resp: {enabled: on, listen: \"127.0.0.1:$port\", unix_socket: \"\"}"

cli() { redis-cli -p $port "$@"; }

has_verdict() { # VERDICT COUNT
    [[ $(metric connections_by_verdict 'service="wiregapd"' "port=\"$port\"" "verdict=\"$1\"") == "$2" ]]
}

# says TEXT WIREGAP...: the answer has this text.
says() {
    cli wiregap "${@:2}" | tee "$work/said" | grep -qF -- "$1" || { cat "$work/said" >&2; return 1; }
}

# told VERDICT LOCUS: a message of the channel.
told() { grep -qF "\"verdict\":\"$1\",\"locus\":\"$2\"" "$work/channel"; }

redis-cli -p $port --raw subscribe wiregap:verdicts >"$work/channel" &
children+=($!)
# It has its port before ours are looked for.
becomes 30 test -s "$work/channel" || { echo 'FAIL nobody is subscribed after 30 s' && exit 1; }
head -c 100000 /dev/zero | tr '\0' x | cli -x set big >/dev/null
exec {slow}<>/dev/tcp/127.0.0.1/$port
ss -tnH state established "dport = :$port" | awk '{ print $3 }' | sort >"$work/without"
exec {late}<>/dev/tcp/127.0.0.1/$port
# A connection of bash tells its own port to nobody; ours is the one that is new.
late_port=$(ss -tnH state established "dport = :$port" | awk '{ print $3 }' | sort >"$work/with" &&
    comm -13 "$work/without" "$work/with" | sed 's/.*://')
late_peer=127.0.0.1:$late_port
echo "$late_port" >"$WIREGAP_LATE_PORTS"
for _ in {1..200}; do printf 'GET big\r\n' >&"$slow"; done
for _ in {1..5}; do printf 'GET big\r\n' >&"$late"; done

check 'who does not read is peer_stalled' becomes 30 has_verdict peer_stalled 1
check 'who is not written to is app_late' becomes 30 has_verdict app_late 1
check 'EXPLAIN of the late one: where' says 'Reply backlog 488KiB, notsent 0' explain "$late_peer"
check 'why' says 'The application has 488KiB to write, and the send buffer has room.' explain "$late_peer"
check 'and whose' says "The application's: the send queue has room and nobody writes." explain "$late_peer"
check 'EXPLAIN of the service has the worse' says 'Verdict: peer_stalled (peer)' explain wiregapd
check 'TOP has the service with its backlog' says 'MiB' top port $port
check 'and the late connection' says '488KiB' top
check 'VERDICTS counts both' says 'app_late      app        1' verdicts port $port
check 'the channel told of the stalled one' becomes 10 told peer_stalled peer
check 'and of the late one' becomes 10 told app_late app

echo 0 >"$WIREGAP_LATE_PORTS"
check 'it writes again: the replies come, to the byte' equal "$(head -c 500055 <&"$late" | tr -cd x | wc -c)" 500000
exec {slow}>&-
check 'nobody is late any more' becomes 30 has_verdict app_late 0
check 'nor stalled' becomes 30 has_verdict peer_stalled 0
check 'and the channel told' becomes 10 grep -q '"before":"app_late"' "$work/channel"
exec {late}>&-
check 'wiregapd ends with status 0' stop_daemon
summary
