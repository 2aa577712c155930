#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Runs in the machine, as root, under systemd: the package from its installation to its end.
set -uo pipefail
export PATH=/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8 DEBIAN_FRONTEND=noninteractive SYSTEMD_PAGER='' SYSTEMD_COLORS=0
cd /root || exit 1
url=http://127.0.0.1:19473
failed=0 passed=0

check() {
    local what=$1
    shift
    if "$@"; then
        passed=$((passed + 1)) && echo "ok   $what"
    else
        failed=$((failed + 1)) && echo "FAIL $what"
    fi
}

equal() { [[ $1 == "$2" ]] || { echo "     it is '$1', wanted is '$2'" && return 1; }; }

# eventually COMMAND...: within a minute.
eventually() {
    for _ in {1..120}; do
        if "$@" >/dev/null 2>&1; then return; fi
        sleep 0.5
    done
    return 1
}

property() { systemctl show wiregapd -p "$1" --value; }
status_is() { [[ $(property StatusText) =~ $1 ]] || { property StatusText && return 1; }; }
journal() { journalctl -q -u wiregapd -o cat "$@"; }
journal_has() { journal "${@:2}" | grep -Eq "$1" || { journal | tail -n 15 && return 1; }; }
page() { curl -fsS -m 10 "$url/metrics"; }
# metric NAME LABELS...: sum of the series that have all these label pairs.
metric() {
    local lines pair
    lines=$(page | grep "^wiregap_$1[{ ]")
    for pair in "${@:2}"; do lines=$(grep -F "$pair" <<<"$lines"); done
    awk '{ sum += $NF } END { printf "%.0f\n", sum }' <<<"$lines"
}
metric_is() { [[ $(metric "${@:2}") == "$1" ]]; }
quietly() { "$@" >/root/log 2>&1 || { cat /root/log && return 1; }; }
install_it() { quietly dpkg -i /vm/wiregap.deb; }
answers() { curl -fsS -m 5 -o /dev/null "$url/-/ready"; }
runs() { eventually answers || { systemctl status wiregapd; journal | tail -n 15; return 1; }; }
status_field() { awk -v key="$1:" '$1 == key { print $2 }' "/proc/$(property MainPID)/status"; }

uname -r && systemctl --version | head -n 1
check 'systemd is PID 1' equal "$(cat /proc/1/comm)" systemd

installation() {
    check 'the package installs' install_it
    check 'the service is enabled' equal "$(systemctl is-enabled wiregapd)" enabled
    check 'and active' equal "$(systemctl is-active wiregapd)" active
    check 'the socket is left to the administrator' equal "$(systemctl is-enabled wiregapd.socket)" disabled
    check 'it is ready' eventually answers
    check 'the status has the back end and counts' \
        status_is '^back end fentry, [0-9]+ services, [0-9]+ connections, /metrics on 0.0.0.0:19473, RESP on 127.0.0.1:16379$'
    property StatusText
    check 'the fentry back end' metric_is 1 backend_info 'backend="fentry"'
    uid=$(status_field Uid)
    check "a dynamic user ($uid)" test "$uid" -ge 61184 -a "$uid" -le 65519
    check 'no capability is left after attach' equal "$(status_field CapPrm)$(status_field CapAmb)" 00000000000000000000000000000000
    check 'which the journal says' journal_has '^capabilities: dropped CAP_PERFMON, CAP_BPF; kept none' -p 6..6
    check 'no new privileges, a system call filter' equal "$(status_field NoNewPrivs) $(status_field Seccomp)" '1 2'
    check 'nothing in the journal is worse than information' equal "$(journal -p warning)" ''
    check 'security score at most 2.0' quietly systemd-analyze security --threshold=20 wiregapd.service
    tail -n 1 /root/log
}

numbers() {
    mkdir -p /run/traffic
    systemd-run -q --unit=known-traffic python3 /vm/traffic.py serve
    eventually ss -ltnH 'sport = :7000'
    sleep 1
    systemd-run -q --unit=known-reader python3 /vm/traffic.py read
    service=('service="known-traffic"' 'port="7000"' 'role="server"')
    check 'a service is named by its unit, 1,000,000 bytes are written' eventually metric_is 1000000 written_bytes_total "${service[@]}"
    check 'and acknowledged' eventually metric_is 1000000 acked_bytes_total "${service[@]}"
    check 'in 100 writes' metric_is 100 writes_total "${service[@]}"
    systemd-run -q --unit=known-staller python3 /vm/traffic.py stall
    eventually test -s /run/traffic/queue
    read -r written outq outqnsd </run/traffic/queue
    check "a client that does not read: $outqnsd bytes notsent, as SIOCOUTQNSD says" \
        eventually metric_is "$outqnsd" send_queue_bytes 'state="notsent"' "${service[@]}"
    check 'unacked is the rest of SIOCOUTQ' equal "$(metric send_queue_bytes 'state="unacked"' "${service[@]}")" $((outq - outqnsd))
    check 'written: all that write() took' equal "$(metric written_bytes_total "${service[@]}")" $((written + 1000000))
    check 'wiregap asks it' grep -q known-traffic <(wiregap services)
    check 'wiregap doctor ends well or names losses' test "$(wiregap doctor >/root/doctor 2>&1; echo $?)" -le 3
}

reload() {
    main=$(property MainPID)
    sed -i 's/^tick_seconds: 1.0/tick_seconds: 0.5/' /etc/wiregap/config.yaml
    check 'reload' systemctl reload wiregapd
    check 'takes the new configuration' eventually journal_has 'reloaded /etc/wiregap/config.yaml'
    check 'and is active again' eventually equal "$(systemctl is-active wiregapd)" active
    echo 'nonsense: 1' >>/etc/wiregap/config.yaml
    check 'reload of a wrong one fails' test "$(systemctl reload wiregapd 2>/dev/null; echo $?)" != 0
    check 'says where' journal_has 'config.yaml:[0-9]+:1: unknown key "nonsense"'
    check 'and the daemon runs on' equal "$(property MainPID) $(systemctl is-active wiregapd)" "$main active"
    systemctl restart wiregapd 2>/dev/null
    check 'a start with it fails' equal "$(systemctl is-active wiregapd)" failed
    sleep 4
    check 'and is not tried again: status 2' equal "$(property ExecMainStatus) $(systemctl is-active wiregapd)" '2 failed'
    sed -i '/nonsense/d' /etc/wiregap/config.yaml
    systemctl reset-failed wiregapd
    check 'a start with the right one works' systemctl start wiregapd
}

watchdog() {
    mkdir -p /run/systemd/system/wiregapd.service.d
    printf '[Service]\nWatchdogSec=5s\n' >/run/systemd/system/wiregapd.service.d/short.conf
    systemctl daemon-reload
    systemctl restart wiregapd
    sleep 8
    check 'while it ticks the watchdog is content' equal "$(property NRestarts)" 0
    main=$(property MainPID)
    kill -STOP "$main"
    restarted() { [[ $(property NRestarts) -ge 1 && $(property MainPID) != "$main" ]] && answers; }
    check 'stopped, it is killed and started anew' eventually restarted
    check 'as the journal says' grep -q 'Watchdog timeout' <(journalctl -q -u wiregapd -o cat)
    rm -r /run/systemd/system/wiregapd.service.d
    systemctl daemon-reload
}

socket_activation() {
    systemctl stop wiregapd
    check 'the socket starts' systemctl start wiregapd.socket
    check 'a scrape starts the daemon' eventually answers
    check 'which serves the passed socket' status_is '/metrics on 0.0.0.0:19473, RESP on 127.0.0.1:16379$'
    systemctl stop wiregapd.socket wiregapd
    systemctl start wiregapd
}

secrets() {
    # Root's own files, which a dynamic user can't read: systemd hands them over.
    systemctl reset-failed wiregapd
    cp /etc/wiregap/config.yaml /root/config.yaml
    mkdir -p /root/secrets /run/systemd/system/wiregapd.service.d
    # shellcheck disable=SC2016 # a bcrypt hash, of "word"
    printf 'tls_server_config: {cert_file: wiregap.crt, key_file: wiregap.key}\nbasic_auth_users: {me: "%s"}\n' \
        '$2b$04$abcdefghijklmnopqrstuuB/GrfUOm5dtrEiT8lcouu5XB5ftbWLi' >/root/secrets/web.yml
    cp /vm/wiregap.crt /vm/wiregap.key /root/secrets/
    echo 'resp word' >/root/secrets/resp.pass
    echo 'redis word' >/root/secrets/redis.pass
    chmod 700 /root/secrets && chmod 600 /root/secrets/*
    {
        echo '[Service]'
        for name in web.yml wiregap.crt wiregap.key resp.pass redis.pass; do
            echo "LoadCredential=$name:/root/secrets/$name"
        done
    } >/run/systemd/system/wiregapd.service.d/secrets.conf
    # shellcheck disable=SC2016 # wiregapd reads the variable
    sed -i 's,^  config_file: "",  config_file: "${CREDENTIALS_DIRECTORY}/web.yml",
        s,^  requirepass_file: "",  requirepass_file: "${CREDENTIALS_DIRECTORY}/resp.pass",
        s,^  redis_servers: \[\],  redis_servers: [{url: "redis://me@127.0.0.1:7001"\, password_file: "${CREDENTIALS_DIRECTORY}/redis.pass"}],' \
        /etc/wiregap/config.yaml
    systemd-run -q --unit=asked python3 /vm/traffic.py asked
    eventually ss -ltnH 'sport = :7001'
    systemctl daemon-reload
    https() { curl -sk -m 10 -o /root/answer -w '%{http_code}' "$@" "https://127.0.0.1:19473/metrics"; }
    https_says() { equal "$(https "${@:2}")" "$1"; }
    resp() { # resp LINE...: what the RESP server answers, a line each
        local answer fd
        exec {fd}<>/dev/tcp/127.0.0.1/16379
        for line in "$@"; do
            printf '%s\r\n' "$line" >&"$fd"
            read -r -t 10 answer <&"$fd" && echo "${answer%%[ $'\r']*}"
        done
        exec {fd}>&-
    }
    check '--check in a shell says which credentials it can not see' equal \
        "$(wiregapd --check | grep -c 'not looked at: a credential')" 3
    systemctl restart wiregapd
    check 'with secrets of mode 0600 it starts' eventually https_says 200 -u me:word
    property StatusText
    check "under a dynamic user ($(status_field Uid)), which can't read them" test "$(status_field Uid)" -ge 61184
    check 'TLS and a user: nobody is exempt' https_says 401
    check 'wiregap is told so' grep -q 'answered 401: it wants a user' <(wiregap --url https://127.0.0.1:19473 services 2>&1)
    echo me:word >/root/login
    check 'and takes a login file' grep -q '"services"' \
        <(wiregap --url https://127.0.0.1:19473 --login-file /root/login --json services 2>&1)
    check 'the RESP server wants its password' equal "$(resp PING 'AUTH "resp word"' PING | tr '\n' ' ')" '-NOAUTH +OK +PONG '
    check "a Redis server is told its own, without the file's newline" eventually grep -q 'redis word' /run/traffic/asked
    check 'namely after AUTH and the user' equal "$(tr -d '\r' </run/traffic/asked | head -n 7 | tr '\n' ' ')" '*3 $4 AUTH $2 me $10 redis word '
    main=$(property MainPID) reloads=$(journal | grep -c 'reloaded /etc/wiregap/config.yaml')
    reloaded_again() { (($(journal | grep -c 'reloaded /etc/wiregap/config.yaml') > reloads)); }
    check 'a reload, whose check has no credentials' systemctl reload wiregapd
    check 'is done' eventually reloaded_again
    check 'by the same process' equal "$(property MainPID)" "$main"
    check 'which still knows them' https_says 200 -u me:word
    : >/root/secrets/resp.pass
    systemctl restart wiregapd 2>/dev/null
    ended_with_2() { equal "$(property ExecMainStatus) $(systemctl is-active wiregapd)" '2 failed'; }
    check 'an empty password file: it does not start' eventually ended_with_2
    check 'and one line says which file of which key' journal_has \
        '/run/credentials/wiregapd.service/resp.pass:1:1: is empty; write the password of resp.requirepass_file to it'
    check 'no secret is in the journal' equal "$(journal | grep -Ec 'resp word|redis word')" 0
    rm -r /run/systemd/system/wiregapd.service.d
    cp /root/config.yaml /etc/wiregap/config.yaml
    systemctl daemon-reload
    systemctl reset-failed wiregapd
    check 'without secrets it starts as before' systemctl restart wiregapd
}

upgrade_remove_purge() {
    systemctl reset-failed wiregapd # so many starts within two minutes are more than the unit allows
    main=$(property MainPID)
    check 'an upgrade installs' install_it
    check 'the new daemon runs' runs
    check 'it is another process' test "$(property MainPID)" != "$main"
    check 'the changed configuration stays' grep -q '^tick_seconds: 0.5' /etc/wiregap/config.yaml
    systemctl -q disable --now wiregapd
    install_it
    check 'disabled and stopped stays so' equal "$(systemctl is-enabled wiregapd) $(systemctl is-active wiregapd)" 'disabled inactive'
    systemctl -q enable --now wiregapd
    check 'remove' quietly dpkg -r wiregap
    check 'stops it' equal "$(pgrep -x wiregapd)" ''
    check 'leaves the configuration' test -s /etc/wiregap/config.yaml
    check 'the programs are gone' test ! -e /usr/sbin/wiregapd
    check 'purge' quietly dpkg -P wiregap
    check 'takes the configuration' test ! -e /etc/wiregap
    check 'and leaves nothing' equal "$(find /etc /var/lib/systemd /usr /run/systemd -name '*wiregapd*' 2>/dev/null)" ''
}

# What a system's own unit and systemd have a part in; on one of them, all.
parts=(installation reload upgrade_remove_purge)
[[ ! -e /vm/whole ]] || parts=(installation numbers reload watchdog socket_activation secrets upgrade_remove_purge)
for part in "${parts[@]}"; do "$part"; done

echo "$passed passed, $failed failed"
((failed == 0))
