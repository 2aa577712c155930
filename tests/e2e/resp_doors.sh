#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Usage: resp_doors.sh BUILD_DIR
# Who may do what to the embedded RESP server: by password, by the unix socket's credentials, in time; and what a
# process may call itself.
set -euo pipefail
# shellcheck source=tests/e2e/lib.sh
source "$(dirname "$0")/lib.sh"
port=19487
chmod 755 "$work"

cut_off() { [[ $(metric resp_cut_off_total "reason=\"$1\"") == "$2" ]]; }
first_word() { cut -d ' ' -f 1 <<<"$1"; }
over_tcp() { redis-cli -p $port "$@" 2>&1; }
by_root() { redis-cli -s "$work/sock" "$@" 2>&1; }
by_nobody() { setpriv --reuid=65534 --regid=65534 --clear-groups redis-cli -s "$work/sock" "$@" 2>&1; }

# A password, an address that other hosts could reach, and four clients at most.
start_daemon 19589 "resp: {enabled: on, listen: \"0.0.0.0:$port\", unix_socket: $work/sock, requirepass: secret, max_clients: 4}"
check 'a password over the network is warned of, once' equal "$(grep -c 'the RESP password comes in clear' "$work/log")" 1
check 'the unix socket is for owner and group' equal "$(stat -c %a "$work/sock")" 660
chmod 666 "$work/sock" # let others try
check 'TCP: nothing without the password' equal "$(over_tcp ping)" 'NOAUTH Authentication required.'
check 'a wrong one' equal "$(first_word "$(over_tcp auth wrong)")" WRONGPASS
wrong() { [[ $(curl -fsS "$url/metrics" | awk '/^wiregap_resp_wrong_passwords_total/ { print $2 }') == "$1" ]]; }
check 'is counted' becomes 5 wrong 1
check 'TCP with it' equal "$(REDISCLI_AUTH=secret over_tcp ping)" PONG
check 'and it may change the server' equal "$(REDISCLI_AUTH=secret over_tcp flushall)" OK
check 'root on the unix socket needs none' equal "$(by_root flushall)" OK
check 'somebody else there does' equal "$(by_nobody ping)" 'NOAUTH Authentication required.'
check 'and gets in with it' equal "$(REDISCLI_AUTH=secret by_nobody ping)" PONG

exec {silent}<>/dev/tcp/127.0.0.1/$port {known}<>/dev/tcp/127.0.0.1/$port
printf 'AUTH secret\r\n' >&"$known"
exec {third}<>/dev/tcp/127.0.0.1/$port {fourth}<>/dev/tcp/127.0.0.1/$port
printf 'AUTH secret\r\n' >&"$third"
printf 'AUTH secret\r\n' >&"$fourth"
check 'four clients: one more is refused' equal "$(over_tcp ping)" 'ERR max number of clients reached'
check 'but root gets in' equal "$(by_root ping)" PONG
check 'who says no password for 10 s is cut off' becomes 15 cut_off unauthenticated 1
check 'who has said it stays' equal "$(printf 'PING\r\n' >&"$known" && timeout 5 head -n 2 <&"$known" | tr -d '\r' | tail -n 1)" +PONG
exec {silent}>&- {known}>&- {third}>&- {fourth}>&-
check 'wiregapd ends with status 0' stop_daemon

# Without a password, and a process that calls itself an escape sequence.
start_daemon 19589 "resp: {enabled: on, listen: \"127.0.0.1:$port\", unix_socket: $work/sock}"
check 'nobody over TCP may ask' equal "$(over_tcp set a 1)" OK
check 'but change nothing' equal "$(first_word "$(over_tcp config set timeout 10)")" NOPERM
check 'nor anybody else on the unix socket' equal "$(chmod 666 "$work/sock" && first_word "$(by_nobody flushall)")" NOPERM
check 'root may' equal "$(by_root config set timeout 10)" OK
python3 - 19487 >"$work/named" <<'PYTHON' &
import ctypes, socket, time
ctypes.CDLL(None).prctl(15, b'x\x1b[2Jy', 0, 0, 0)
listener = socket.create_server(('127.0.0.1', 0))
client = socket.create_connection(listener.getsockname())
server, _ = listener.accept()
server.send(b'hello')
print(listener.getsockname()[1], flush=True)
time.sleep(60)
PYTHON
children+=($!)
becomes 10 test -s "$work/named"
named_port=$(<"$work/named")
is_named() { by_root wiregap services port "$named_port" | grep -qF 'x?[2Jy'; }
check 'a name with an escape sequence is shown without it' becomes 10 is_named
for view in services connections top verdicts; do
    check "WIREGAP $view has no control character" equal "$(by_root wiregap $view | tr -d '\n' | tr -cd '[:cntrl:]' | wc -c)" 0
done
check 'EXPLAIN neither' equal "$(by_root wiregap explain "port:$named_port" | tr -d '\n' | tr -cd '[:cntrl:]' | wc -c)" 0
for page in metrics api/v1/services api/v1/connections; do
    check "/$page neither" equal "$(curl -fsS "$url/$page" | tr -d '\n' | tr -cd '[:cntrl:]' | wc -c)" 0
done
check 'nor the command' equal "$("$build/bin/wiregap" services --url "$url" | tr -d '\n' | tr -cd '[:cntrl:]' | wc -c)" 0
check 'wiregapd ends with status 0' stop_daemon
summary
