#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Usage: web_security.sh BUILD_DIR
# TLS and users as curl, Prometheus and rude clients see them. Certificates are made here and now.
set -euo pipefail
# shellcheck source=tests/e2e/lib.sh
source "$(dirname "$0")/lib.sh"
here=$(cd "$(dirname "$0")" && pwd)
port=19691
ulimit -n 4096

# --- certificates and passwords ---------------------------------------------------------------

# certificate NAME SUBJECT SAN [CA]: NAME.crt and NAME.key, signed by CA or by itself.
certificate() {
    local signer=(-key "$work/$1.key")
    openssl ecparam -name prime256v1 -genkey -noout -out "$work/$1.key"
    [[ -z ${4-} ]] || signer=(-CA "$work/$4.crt" -CAkey "$work/$4.key" -key "$work/$1.key")
    openssl req -x509 -new "${signer[@]}" -days 2 -subj "/CN=$2" -addext "subjectAltName=$3" \
        -addext "basicConstraints=critical,CA:$([[ -n ${4-} ]] && echo FALSE || echo TRUE)" \
        -out "$work/$1.crt" 2>"$work/openssl.log" || { cat "$work/openssl.log" >&2 && exit 1; }
}

# bcrypt PASSWORD COST: crypt(3) is libcrypt's, in Perl too.
bcrypt() { perl -e 'print crypt($ARGV[0], sprintf("\$2b\$%02d\$abcdefghijklmnopqrstuu", $ARGV[1]))' "$1" "$2"; }

certificate ca 'test CA' 'DNS:ca'
certificate server localhost 'DNS:localhost,IP:127.0.0.1' ca
certificate second localhost 'DNS:localhost,IP:127.0.0.1' ca
certificate client client 'DNS:scraper.example' ca
certificate stranger stranger 'DNS:stranger.example' ca
cp "$work/server.crt" "$work/web.crt" && cp "$work/server.key" "$work/web.key"
cat >"$work/web.yml" <<YAML
tls_server_config:
  cert_file: web.crt
  key_file: web.key
http_server_config:
  headers:
    Strict-Transport-Security: max-age=60
basic_auth_users:
  prometheus: $(bcrypt 'right: password' 10)
YAML

https=https://localhost:$port
login='prometheus:right: password'
ask=(curl -sS --cacert "$work/ca.crt" -o "$work/answer" -w '%{http_code}')
status_of() { "${ask[@]}" "$@" 2>"$work/curl.log" || true; }

wait_ready() {
    for _ in {1..100}; do
        if [[ $(status_of -u "$login" "$https/-/ready") == 200 ]]; then return; fi
        kill -0 "$daemon" 2>/dev/null || return 1
        sleep 0.1
    done
    return 1
}

# serve YAML: a daemon on $port with $work/web.yml.
serve() {
    printf 'tick_seconds: 0.2\nweb: {listen: "127.0.0.1:%s", config_file: web.yml, %s}\n' "$port" "$1" \
        >"$work/config.yaml"
    "$build/bin/wiregapd" --config "$work/config.yaml" 2>"$work/log" &
    daemon=$!
    wait_ready || { cat "$work/log" "$work/curl.log" >&2 && echo 'FAIL wiregapd is not ready' && exit 1; }
}

# logged PATTERN: within 10 s.
logged() {
    for _ in {1..100}; do
        if grep -Eq "$1" "$work/log"; then return; fi
        sleep 0.1
    done
    sed 's/^/     /' "$work/log" >&2
    return 1
}

# --- curl -------------------------------------------------------------------------------------

serve 'request_timeout_seconds: 60, max_connections: 1200'
check 'the right password: 200' equal "$(status_of -u "$login" "$https/metrics")" 200
check 'and the page' grep -q '^wiregap_build_info' "$work/answer"
check 'a wrong password: 401' equal "$(status_of -u prometheus:wrong "$https/metrics")" 401
check 'an unknown user: 401' equal "$(status_of -u "nobody:right: password" "$https/metrics")" 401
check 'no password: 401' equal "$(status_of "$https/metrics")" 401
check 'also for a page that is not there' equal "$(status_of "$https/nothing")" 401
check 'and for probes' equal "$(status_of "$https/-/healthy")" 401
check '401 names the scheme' grep -qi '^www-authenticate: Basic realm="wiregapd"' \
    <(curl -sS --cacert "$work/ca.crt" -D - -o /dev/null "$https/metrics")
check 'nonsense for a password: 401' equal "$(status_of -H 'Authorization: Basic !' "$https/metrics")" 401
check 'the configured header is set' grep -qi '^strict-transport-security: max-age=60' \
    <(curl -sS --cacert "$work/ca.crt" -D - -o /dev/null -u "$login" "$https/metrics")
check '/api/v1/ for a loopback peer: 401 too' equal "$(status_of "$https/api/v1/self")" 401
check 'with a wrong password: 401' equal "$(status_of -u a:b "$https/api/v1/self")" 401
check 'with the right one: 200' equal "$(status_of -u "$login" "$https/api/v1/self")" 200
check 'plain HTTP on the TLS port: 400' equal "$(status_of "http://localhost:$port/metrics")" 400
check 'and says so' grep -q 'this port speaks TLS; use https://' "$work/answer"
check 'TLS 1.1 is refused' equal "$(status_of --tls-max 1.1 --ciphers DEFAULT@SECLEVEL=0 -u "$login" "$https/")" 000
for version in 1.2 1.3; do
    check "TLS $version is spoken" equal \
        "$(status_of "--tlsv$version" --tls-max "$version" -u "$login" "$https/")" 200
done
large=$(head -c 9000 /dev/zero | tr '\0' a)
check 'a header of 9 kB: 431' equal "$(status_of -u "$login" -H "X: $large" "$https/")" 431
check 'a second request on the same connection' equal \
    "$(curl -sS --cacert "$work/ca.crt" -u "$login" -o /dev/null -o /dev/null -w '%{http_code}.%{num_connects} ' "$https/" "$https/")" \
    '200.1 200.0 '

# told STATUS TEXT COMMAND...: ends with STATUS and one line on standard error that has TEXT.
told() {
    local got=0
    "${@:3}" >"$work/out" 2>"$work/err" || got=$?
    equal "$got $(wc -l <"$work/err") $(grep -Fc -- "$2" "$work/err")" "$1 1 1" || { cat "$work/err" >&2 && return 1; }
}
wiregap=("$build/bin/wiregap" --url "https://127.0.0.1:$port")
printf '%s\n' "$login" >"$work/login" && chmod 600 "$work/login"
check 'wiregap on this host, with a login file' grep -q '"services"' \
    <("${wiregap[@]}" --login-file "$work/login" --json services 2>&1)
check 'which the environment may name' grep -q '"connections"' \
    <(WIREGAP_LOGIN_FILE=$work/login "${wiregap[@]}" --json connections 2>&1)
check 'with a password in the URL' "$build/bin/wiregap" --url "https://$login@localhost:$port" services >"$work/services"
check 'percent-encoded too' "$build/bin/wiregap" --url "https://prometheus:right%3a%20password@localhost:$port" services >"$work/services"
for command in services connections 'explain x' 'top --once'; do
    # shellcheck disable=SC2086 # words
    check "wiregap $command without one is told what to do" \
        told 1 'answered 401: it wants a user and a password; write user:password to a file and name that with --login-file' \
        "${wiregap[@]}" $command
done
check 'wiregap with a wrong one is told so' told 1 'https://localhost:19691 answered 401: user or password is wrong' \
    "$build/bin/wiregap" --url "https://prometheus:wrong@localhost:$port" services
for command in --help --version services connections 'explain 1 --json' 'top --once'; do
    # shellcheck disable=SC2086 # words
    check "wiregap $command to a full disk fails" told 1 "wiregap: can't write to standard output" \
        sh -c "\"\$@\" >/dev/full" sh "${wiregap[@]}" --login-file "$work/login" $command
done
for option in --help --version "--check --config $work/config.yaml"; do
    # shellcheck disable=SC2086 # words
    check "wiregapd ${option%% *} to a full disk fails" told 1 "wiregapd: can't write to standard output" \
        sh -c "\"\$@\" >/dev/full" sh "$build/bin/wiregapd" $option
done

# --- Prometheus -------------------------------------------------------------------------------

# scraped PASSWORD HEALTH: what Prometheus says of its target, within 30 s.
scraped() {
    local job="{job_name: wiregap, scrape_interval: 1s, scheme: https, static_configs: [{targets: ['localhost:$port']}]"
    rm -rf "$work/tsdb"
    printf 'scrape_configs: [%s, tls_config: {ca_file: %s}, basic_auth: {username: prometheus, password: "%s"}}]\n' \
        "$job" "$work/ca.crt" "$1" >"$work/prometheus.yml"
    prometheus --config.file="$work/prometheus.yml" --storage.tsdb.path="$work/tsdb" \
        --web.listen-address=127.0.0.1:19692 >"$work/prometheus.log" 2>&1 &
    local pid=$! found=1
    children+=("$pid")
    for _ in {1..150}; do
        curl -s -m 2 http://127.0.0.1:19692/api/v1/targets >"$work/targets" || true
        if grep -q "\"health\":\"$2\"" "$work/targets"; then found=0 && break; fi
        sleep 0.2
    done
    ((found == 0)) || tail -n 3 "$work/targets" "$work/prometheus.log" >&2
    kill "$pid"
    wait "$pid" || true
    return $found
}
check 'Prometheus scrapes with TLS and basic auth' scraped 'right: password' up
check 'with a wrong password it says so' scraped wrong down
check 'namely 401' grep -q '401 Unauthorized' "$work/targets"

# --- many, deaf, slow -------------------------------------------------------------------------

crowd=(python3 "$here/web_crowd.py")
check '1,000 scrapes at once, over TLS, with passwords: all answered' equal \
    "$("${crowd[@]}" scrapes "$port" 1000 "$work/ca.crt" "$login")" '200 1000'
for i in {1..40}; do curl -s -o /dev/null --cacert "$work/ca.crt" -u "prometheus:guess$i" "$https/" & children+=($!); done
check 'guessing does not stop who is known' equal "$(status_of -m 10 -u "$login" "$https/metrics")" 200
stop_daemon

serve 'request_timeout_seconds: 1'
read -r got asked < <("${crowd[@]}" deaf "$port" 4000 "$work/ca.crt" "$login")
page=$(curl -sS --cacert "$work/ca.crt" -u "$login" "$https/metrics" | wc -c)
check "a scraper that does not read is dropped ($asked pages of $page bytes asked for, $got bytes taken)" \
    test "$got" -lt $((asked * page))
took=$("${crowd[@]}" trickle "$port")
check "a slow TLS hello is cut off ($took s)" awk -v s="$took" 'BEGIN { exit !(s > 0.8 && s < 15) }'
took=$("${crowd[@]}" trickle "$port" "$work/ca.crt")
check "a slow request is cut off ($took s)" awk -v s="$took" 'BEGIN { exit !(s > 0.8 && s < 15) }'
"${crowd[@]}" scrapes "$port" 300 >"$work/crowd" # plain HTTP, to the TLS port, more than there is room for
check 'too many are refused, nobody hangs' grep -Eq '^(400 [0-9]+ ?|503 [0-9]+ ?|closed [0-9]+ ?)+$' "$work/crowd"
check 'and afterwards all is well' equal "$(status_of -u "$login" "$https/metrics")" 200

# --- rotation ---------------------------------------------------------------------------------

serial() { openssl s_client -connect "localhost:$port" </dev/null 2>/dev/null | openssl x509 -noout -serial; }
serial_of() { openssl x509 -noout -serial -in "$work/$1.crt"; }
shows() { [[ $(serial) == "$1" ]]; }
check 'the certificate is the first' equal "$(serial)" "$(serial_of server)"
cp "$work/second.crt" "$work/web.crt" # for a moment it does not fit its key
sleep 1
check 'a certificate without its key is not taken' equal "$(serial)" "$(serial_of server)"
check 'and the log says why' logged 'key_file .*web.key does not belong to the certificate.*stays in use'
check 'once' equal "$(sleep 0.6 && grep -c 'does not belong' "$work/log")" 1
cp "$work/second.key" "$work/web.key"
check 'both together are, without a restart' becomes 10 shows "$(serial_of second)"
sed -i "s,prometheus: .*,prometheus: $(bcrypt other 4)," "$work/web.yml"
check 'a changed password is read too' logged 'read again'
for _ in {1..50}; do [[ $(status_of -u prometheus:other "$https/") != 200 ]] || break && sleep 0.1; done
check 'the new one is right' equal "$(status_of -u prometheus:other "$https/")" 200
check 'the old one is wrong' equal "$(status_of -u "$login" "$https/")" 401
echo 'nonsense: 1' >>"$work/web.yml"
check 'a broken file changes nothing' logged 'web.yml:[0-9]+:1: unknown key "nonsense".*stays in use'
check 'and serves on' equal "$(status_of -u prometheus:other "$https/")" 200
check 'it ends' stop_daemon

# --- client certificates, and peers from elsewhere --------------------------------------------

cat >"$work/web.yml" <<'YAML'
tls_server_config:
  cert_file: web.crt
  key_file: web.key
  client_auth_type: RequireAndVerifyClientCert
  client_ca_file: ca.crt
  client_allowed_sans: [scraper.example]
YAML
as() { status_of --cert "$work/$1.crt" --key "$work/$1.key" "${@:2}"; }
wait_ready() {
    for _ in {1..100}; do
        if [[ $(as client "$https/-/ready") == 200 ]]; then return; fi
        sleep 0.1
    done
    return 1
}
serve 'request_timeout_seconds: 5'
check 'a client certificate: 200' equal "$(as client "$https/metrics")" 200
check 'it authenticates: /api/v1/ under another name' equal \
    "$(as client -H 'Host: other.example' "$https/api/v1/self")" 200
check 'none: refused' equal "$(status_of "$https/metrics")" 000
check 'a name that is not allowed: refused' equal "$(as stranger "$https/metrics")" 000
stop_daemon

cat >"$work/elsewhere.sh" <<'GUEST'
set -e
ip link set lo up
ip addr add 192.0.2.7/32 dev lo
printf 'backend: poll\nweb: {listen: "0.0.0.0:19691", config_file: users.yml}\n' >"$work/elsewhere.yaml"
"$build/bin/wiregapd" --config "$work/elsewhere.yaml" 2>"$work/elsewhere.log" &
for _ in {1..50}; do curl -s -o /dev/null http://127.0.0.1:19691/ && break || sleep 0.1; done
for peer in 127.0.0.1 192.0.2.7; do
    curl -s -o /dev/null -w '%{http_code} ' "http://$peer:19691/api/v1/self"
    curl -s -o /dev/null -w '%{http_code} ' -u user:word "http://$peer:19691/api/v1/self"
done
kill %1
wait %1
GUEST
printf 'basic_auth_users: {user: %s}\n' "$(bcrypt word 4)" >"$work/users.yml"
export work build
check '/api/v1/ wants a password, from here and from elsewhere' equal \
    "$(unshare -n bash "$work/elsewhere.sh")" '401 200 401 200 '
check 'users without TLS: one warning' grep -q 'passwords come in clear' "$work/elsewhere.log"

# --- a reverse proxy on this host -------------------------------------------------------------

nginx_port=19693
# proxied DIRECTIVES: nginx in front of wiregapd, with these besides proxy_pass.
proxied() {
    mkdir -p "$work/nginx"
    cat >"$work/nginx/nginx.conf" <<CONF
daemon off; master_process off; pid $work/nginx/pid; error_log $work/nginx/error.log;
events { worker_connections 64; }
http { access_log off; client_body_temp_path $work/nginx/b; proxy_temp_path $work/nginx/p;
  fastcgi_temp_path $work/nginx/f; uwsgi_temp_path $work/nginx/u; scgi_temp_path $work/nginx/s;
  server { listen 127.0.0.1:$nginx_port; location / { $1 proxy_pass http://127.0.0.1:$port; } } }
CONF
    nginx -p "$work/nginx" -c "$work/nginx/nginx.conf" 2>>"$work/nginx/start.log" &
    nginx_pid=$!
    children+=("$nginx_pid")
    becomes 10 answered_by_nginx || cat "$work/nginx"/*.log >&2
}
answered_by_nginx() { [[ $(curl -s -o /dev/null -w '%{http_code}' "$nginx/-/healthy") =~ ^[24] ]]; }
end_nginx() {
    kill "$nginx_pid"
    wait "$nginx_pid" || true
}
nginx=http://127.0.0.1:$nginx_port
serve_plain() { # WEB KEYS; STATUS of a probe
    printf 'tick_seconds: 0.2\nbackend: poll\nweb: {listen: "127.0.0.1:%s"%s}\nresp: {enabled: off}\n' "$port" "$1" >"$work/plain.yaml"
    "$build/bin/wiregapd" --config "$work/plain.yaml" 2>"$work/log" &
    daemon=$!
    becomes 10 probe_says "$2" || cat "$work/log" >&2
}
probe_says() { [[ $(curl -s -o /dev/null -w '%{http_code}' "http://127.0.0.1:$port/-/ready") == "$1" ]]; }
code() { curl -s -m 5 -o "$work/answer" -w '%{http_code}' "$@" || true; }

serve_plain '' 200
check 'without users this host asks /api/v1/connections' equal "$(code "http://127.0.0.1:$port/api/v1/connections")" 200
check 'so does wiregap' "$build/bin/wiregap" --url "http://127.0.0.1:$port" connections >"$work/out"
check 'not in HTTP/1.0' equal "$(code --http1.0 "http://127.0.0.1:$port/api/v1/connections")" 403
check 'not under another name' equal "$(code -H 'Host: evil.example' "http://127.0.0.1:$port/api/v1/self")" 403
for directives in '' 'proxy_http_version 1.1; proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;' \
    'proxy_http_version 1.1; proxy_set_header Forwarded "for=$remote_addr";' \
    'proxy_http_version 1.1; proxy_set_header Via "1.1 here";' \
    'proxy_http_version 1.1; proxy_set_header Host $host; proxy_set_header X-Real-IP $remote_addr;'; do
    proxied "$directives"
    check "through nginx (${directives:-as it comes}): 403" equal "$(code "$nginx/api/v1/connections")" 403
    check 'and says why' grep -q 'without a proxy in between' "$work/answer"
    check '/metrics comes through' equal "$(code "$nginx/metrics")" 200
    end_nginx
done
stop_daemon

printf 'basic_auth_users: {user: %s}\n' "$(bcrypt word 4)" >"$work/users.yml"
serve_plain ', config_file: users.yml' 401
proxied 'proxy_http_version 1.1;'
check 'with users, through a proxy that leaves no trace: 401' equal "$(code "$nginx/api/v1/connections")" 401
check 'and with a password 200' equal "$(code -u user:word "$nginx/api/v1/connections")" 200
end_nginx
stop_daemon

# --- scrapers that keep their connections -----------------------------------------------------

serve_plain ', max_connections: 4' 200
for i in 1 2 3 4; do
    exec {idle}<>"/dev/tcp/127.0.0.1/$port"
    printf 'GET /-/healthy HTTP/1.1\r\nHost: a\r\n\r\n' >&"$idle"
    read -r _ <&"$idle"
done
check 'as many idle connections as there may be: a new scrape is answered' equal "$(code "http://127.0.0.1:$port/metrics")" 200
stop_daemon

# --- what can't be used -----------------------------------------------------------------------

# refuses WHAT PATTERN: --check and the start end with status 2 and one line, for $work/web.yml.
refuses() {
    local got=0
    "$build/bin/wiregapd" --check --config "$work/config.yaml" >"$work/out" 2>&1 || got=$?
    check "$1: status 2" equal "$got" 2
    check "$1: one line" equal "$(wc -l <"$work/out") $(grep -Ec "$2" "$work/out")" '1 1' || cat "$work/out"
}
printf 'rate_limit: {interval: 1s}\n' >"$work/web.yml"
refuses 'a key that is not honoured' 'web.yml:1:13: rate_limit can.t be honoured'
printf 'tls_server_config: {cert_file: gone.crt, key_file: web.key}\n' >"$work/web.yml"
refuses 'no certificate' "cert_file .*gone.crt can.t be used: .*[Nn]o such file"
printf 'tls_server_config: {cert_file: web.key, key_file: web.key}\n' >"$work/web.yml"
refuses 'a certificate that is none' "cert_file .*web.key can.t be used: .*PEM certificate"
printf 'tls_server_config: {cert_file: server.crt, key_file: second.key}\n' >"$work/web.yml"
refuses 'a pair that is none' 'second.key .*belong'
openssl ec -in "$work/server.key" -aes128 -passout pass:x -out "$work/locked.key" 2>/dev/null
printf 'tls_server_config: {cert_file: server.crt, key_file: locked.key}\n' >"$work/web.yml"
refuses 'a key with a passphrase' "locked.key can.t be used: .*without a passphrase"
printf 'tls_server_config: {cert_file: server.crt, key_file: server.key, cipher_suites: [RC4]}\n' >"$work/web.yml"
refuses 'a cipher that is none' 'cipher_suites: OpenSSL has no "RC4"'
rm "$work/web.yml"
refuses 'no file' 'web.yml:1:1: cannot be read'
summary
