#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Usage: redis_backlog.sh BUILD_DIR [redis|valkey]
# Debian's redis-server or valkey-server as a backlog source: what CLIENT LIST says of a client that does not read,
# joined with the kernel's send queue; a wrong password, a server that is not there and one that comes back.
set -euo pipefail
here=$(dirname "$0")
# shellcheck source=tests/e2e/lib.sh
source "$here/lib.sh"
# shellcheck source=tests/e2e/servers.sh
source "$here/servers.sh"
# shellcheck disable=SC2034 # servers.sh
flavour=${2:-redis}
[[ $flavour == redis ]] || PATH=$("$here/fetch_valkey.sh"):$PATH
port=16383 absent=16384
service_label="service=\"$flavour-server\""
source_label="source=\"redis 127.0.0.1:$port\""

source_is() { [[ $(metric backlog_source_up "source=\"redis $1\"") == "$2" ]]; }
is_up() { source_is "127.0.0.1:$1" "$2"; }
backlog() { metric reply_backlog_bytes "$service_label" "port=\"$port\"" "$source_label"; }
has_backlog() { (($(backlog) > 0)); }
no_backlog() { [[ $(backlog) == 0 ]]; }

# omem and obl of the clients that wait to be written to, by CLIENT LIST itself.
truth() {
    "$flavour-cli" -p $port client list | grep 'events=rw' |
        sed 's/.* obl=\([0-9]*\) .* omem=\([0-9]*\) .*/\1 \2/' | awk '{ s += $1 + $2 } END { print s + 0 }'
}

# What the server has and what the kernel has of it, the same twice; then a list that is younger than that.
places() { truth && ss -tnH state established "sport = :$port" | awk '$2 > 0 { print $2 }'; }
as_it_was() {
    local before
    before=$(places)
    sleep 1
    [[ $before == "$(places)" ]]
}
standstill() { becomes 20 as_it_was && sleep 2; }

start_redis $port
"$flavour-cli" -p $port acl setuser monitor on '>pass word' -@all '+client|list' '+client|setname' '+client|no-evict' >/dev/null
start_daemon 19588 "backlog: {redis_servers: [\"redis://monitor:pass%20word@127.0.0.1:$port\", \"redis://127.0.0.1:$absent\"], redis_list_seconds: 1}"
check 'the source is up' becomes 10 is_up $port 1
check 'one that is not there is not' is_up $absent 0
check 'which was said once, with the reason' becomes 10 test \
    "$(grep -c "backlog source redis 127.0.0.1:$absent: Connection refused" "$work/log")" == 1
check 'nothing waits: the backlog is there with 0' becomes 10 no_backlog

exec {slow}<>/dev/tcp/127.0.0.1/$port
for _ in {1..30}; do printf 'GET big\r\n' >&"$slow"; done
check 'a client that does not read has a backlog' becomes 20 has_backlog
check 'which stands still' standstill
check 'the bytes are what CLIENT LIST says' equal "$(backlog)" "$(truth)"
check 'of one connection' equal \
    "$(metric reply_backlog_connections "$service_label" "port=\"$port\"" "$source_label")" 1
check 'found in the kernel' equal "$(metric backlog_source_unmatched_connections "$source_label")" 0
peer=$(ss -tnH state established "sport = :$port" | awk '$2 > 0 { print $4 }' | head -n 1)
check 'explain has it' explained "$peer" 'Reply backlog [0-9.]+MiB, notsent [0-9.]+[KM]iB' -E
may_be_late() {
    (($(curl -fsS "$url/metrics" | grep -c "connections_by_verdict{.*$service_label.*verdict=\"app_late\"") > 0))
}
check 'so app_late is possible' becomes 20 may_be_late

# The client reads: its backlog goes.
timeout 30 head -c 29000000 <&"$slow" >/dev/null
check 'it reads: the backlog goes' becomes 20 no_backlog
exec {slow}>&-

"$flavour-cli" -p $port acl setuser monitor resetpass '>other' >/dev/null
"$flavour-cli" -p $port client kill user monitor >/dev/null
check 'a wrong password: the source is down' becomes 20 is_up $port 0
check 'which is said' becomes 10 grep -q "backlog source redis 127.0.0.1:$port: it says WRONGPASS" "$work/log"
check 'and its password is not' test "$(grep -c 'pass word' "$work/log")" == 0
"$flavour-cli" -p $port acl setuser monitor resetpass '>pass word' >/dev/null
check 'the right one again: it is up' becomes 20 is_up $port 1
check 'wiregapd ends with status 0' stop_daemon

# The same by the server's unix socket: what port its clients come by, CLIENT LIST says.
printf 'pass word\n' >"$work/redis.pass" && chmod 644 "$work/redis.pass"
start_daemon 19588 "backlog: {redis_servers: [{url: \"unix://monitor@$work/redis.sock\", password_file: redis.pass}], redis_list_seconds: 1}"
source_label="source=\"redis $work/redis.sock\""
check 'a source on a unix socket is up, its password in a file' becomes 10 source_is "$work/redis.sock" 1
check 'which everybody may read: one warning' equal "$(grep -c "$work/redis.pass, the backlog.redis_servers password_file, can be read by everybody" "$work/log")" 1
exec {slow}<>/dev/tcp/127.0.0.1/$port
for _ in {1..30}; do printf 'GET big\r\n' >&"$slow"; done
check 'and the backlog is known' becomes 20 has_backlog
check 'and stands still' standstill
check 'the bytes are what CLIENT LIST says' equal "$(backlog)" "$(truth)"
exec {slow}>&-
check 'wiregapd ends with status 0' stop_daemon
summary
