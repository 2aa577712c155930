#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Usage: verdicts.sh BUILD_DIR
# Debian's redis-server and nginx, each with a client that stops reading: the verdict, its metrics, the sentences
# of `wiregap explain`, and `wiregap top` on a terminal of 80x24.
set -euo pipefail
here=$(dirname "$0")
# shellcheck source=tests/e2e/lib.sh
source "$here/lib.sh"
# shellcheck source=tests/e2e/servers.sh
source "$here/servers.sh"
redis_port=16381 nginx_port=18081
wiregap=$build/bin/wiregap

has_verdict() { # SERVICE VERDICT COUNT
    [[ $(metric connections_by_verdict "service=\"$1\"" 'role="server"' "verdict=\"$2\"") == "$3" ]]
}

exits() { # STATUS COMMAND...
    local status=0
    "${@:2}" >"$work/out" 2>&1 || status=$?
    equal "$status" "$1"
}

start_redis $redis_port
start_nginx $nginx_port
start_daemon 19583
exec {redis_fd}<>/dev/tcp/127.0.0.1/$redis_port {nginx_fd}<>/dev/tcp/127.0.0.1/$nginx_port
for _ in {1..20}; do printf 'GET big\r\n' >&"$redis_fd"; done
printf 'GET /big HTTP/1.1\r\nHost: x\r\n\r\n' >&"$nginx_fd"

for service in redis-server nginx; do
    [[ $service == nginx ]] && port=$nginx_port || port=$redis_port
    check "$service: one connection is peer_stalled" becomes 30 has_verdict "$service" peer_stalled 1
    peer=$(ss -tnH state established "sport = :$port" | awk '$2 > 0 { print $4 }' | head -n 1)
    check "$service: explain names the verdict" explained "$service" 'Verdict: peer_stalled (peer)'
    check "$service: explain names the worst connection" explained "$service" "Worst 1: peer $peer, peer_stalled"
    check "$service: explain by port" explained "$port" "service $service:$port"
    check "$service: explain of the connection says why" explained "$peer" 'acknowledged nothing for'
    check "$service: and whose problem it is" explained "$peer" "The peer's: its program has stopped reading."
    check "$service: and that its backlog is not known" explained "$peer" 'Reply backlog unknown'
done
check 'no peer is named in /metrics' equal "$(curl -fsS "$url/metrics" | grep -Fc -e "$peer" -e top_connection)" 0
check 'but in /api/v1/' grep -Fq "$peer" <(curl -fsS "$url/api/v1/connections")
sed -i '1i verdicts: {top_connections: 10}' "$work/config.yaml"
kill -HUP "$daemon"
stalled_series() { [[ $(curl -fsS "$url/metrics" | grep -c '^wiregap_top_connection_held_bytes{.*verdict="peer_stalled"') == 2 ]]; }
check 'where the configuration asks for it, the two worst connections have series' becomes 10 stalled_series
check 'without a backlog source there is no app_late' equal \
    "$(curl -fsS "$url/metrics" | grep -c 'verdict="app_late"')" 0
check 'explain of a pid' explained "pid:$(pgrep -f "redis-server 127.0.0.1:$redis_port")" 'service redis-server'
check 'explain as JSON' grep -q '"verdict": "peer_stalled"' <("$wiregap" explain nginx --json --url "$url")
check 'explain of nothing ends with status 4' exits 4 "$wiregap" explain no-such-service --url "$url"
check 'and one line that says what to ask' grep -q "ask for a service's name" "$work/out"

check 'top --once has the stalled service' grep -q 'redis-serv.*n' <("$wiregap" top --once --url "$url")
check 'top --json has services and connections' grep -q '"verdict": "peer_stalled"' \
    <("$wiregap" top --json --url "$url")
check 'top without a terminal ends with status 1' exits 1 "$wiregap" top --url "$url"
check 'and says what to use instead' grep -q -- '--once' "$work/out"
check 'top on a dumb terminal ends with status 1' exits 1 \
    script -qec "TERM=dumb $wiregap top --url $url" /dev/null
check 'and says that the cursor must move' grep -q "TERM is 'dumb'" "$work/out"
check 'top on a terminal of 80x24' /usr/bin/python3 "$here/top_screen.py" "$wiregap" "$url" redis-server

# The readers read: the verdicts leave, their seconds stay.
exec {redis_fd}>&- {nginx_fd}>&-
check 'no connection is stalled any more' becomes 30 has_verdict redis-server peer_stalled 0
check 'its seconds stay' test "$(metric verdict_seconds_total 'service="redis-server"' \
    'verdict="peer_stalled"')" -ge 1
check 'wiregapd ends with status 0' stop_daemon
summary
