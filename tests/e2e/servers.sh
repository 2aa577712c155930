# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2154
# Debian's real servers for the end-to-end tests, after lib.sh. Each holds something large for a client
# that will not read it: the key "big" of redis, the file /big of nginx.

# start_redis PORT: redis-server, or valkey-server where $flavour is valkey; also at $work/redis.sock.
start_redis() {
    local flavour=${flavour:-redis}
    (cd "$work" && exec "$flavour-server" --port "$1" --bind 127.0.0.1 --unixsocket "$work/redis.sock" --save '' --appendonly no \
        --client-output-buffer-limit 'normal 0 0 0' >"$work/redis.log" 2>&1) &
    children+=($!)
    until "$flavour-cli" -p "$1" ping >/dev/null 2>&1; do sleep 0.1; done
    head -c 1000000 /dev/zero | tr '\0' x | "$flavour-cli" -p "$1" -x set big >/dev/null
}

# start_nginx PORT
start_nginx() {
    mkdir -p "$work/nginx/www"
    head -c 20000000 /dev/zero >"$work/nginx/www/big"
    echo small >"$work/nginx/www/small"
    cat >"$work/nginx/nginx.conf" <<CONF
daemon off; master_process off; pid $work/nginx/pid; error_log $work/nginx/error.log;
events { worker_connections 512; }
http { access_log off; sendfile on; client_body_temp_path $work/nginx/b; proxy_temp_path $work/nginx/p;
  fastcgi_temp_path $work/nginx/f; uwsgi_temp_path $work/nginx/u; scgi_temp_path $work/nginx/s;
  server { listen 127.0.0.1:$1; root $work/nginx/www; } }
CONF
    chmod 755 "$work" "$work/nginx" "$work/nginx/www"
    nginx -p "$work/nginx" -c "$work/nginx/nginx.conf" 2>/dev/null &
    children+=($!)
    until curl -fsS "http://127.0.0.1:$1/small" >/dev/null 2>&1; do sleep 0.1; done
}
