#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# From a clean Debian machine to a picture of where the bytes are: installs the build dependencies,
# builds, starts wiregapd and some traffic, shows the picture. Leaves nothing running.
set -euo pipefail
top=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

usage() {
    cat <<EOF
Usage: sudo deploy/quickstart.sh [--seconds N] [--config FILE]
Builds wiregap, starts wiregapd and a load for its RESP server, one client of which stops reading,
and shows where the bytes are, refreshed every second, until Ctrl-C.
  --seconds N    end after N seconds of the picture
  --config FILE  configuration of wiregapd (default: config.yaml)
  --help         print this help
EOF
}

die() {
    echo "quickstart: $*" >&2
    exit 1
}

usage_error() {
    echo "quickstart: $*; see --help" >&2
    exit 2
}

seconds=0
config=$top/config.yaml
while (($# > 0)); do
    case $1 in
        --seconds)
            [[ ${2:-} =~ ^[1-9][0-9]{0,8}$ ]] || usage_error "--seconds needs a whole number from 1"
            seconds=$2
            shift
            ;;
        --config)
            [[ -r ${2:-} ]] || usage_error "--config needs a file that can be read, not '${2:-}'"
            config=$2
            shift
            ;;
        --help | -h) usage && exit 0 ;;
        *) usage_error "unknown option '$1'" ;;
    esac
    shift
done
[[ $(id -u) == 0 ]] ||
    die "BPF programs and packages need root: sudo deploy/quickstart.sh"

# --- build ------------------------------------------------------------------------------------

build=$top/build/release
state=$(mktemp -d -t wiregap-quickstart.XXXXXX)
pids=()

# Whoever owns the sources builds, so that nothing of root's stays in the tree; root builds where a
# build of root's is there already.
as_builder() {
    local owner
    owner=$(stat -c %U "$top")
    if [[ $owner == root || $owner == UNKNOWN || (-e $build && $(stat -c %U "$build") != "$owner") ]]; then
        "$@"
    else
        runuser -u "$owner" -- "$@"
    fi
}

build_step() {
    as_builder "$@" >>"$state/build.log" 2>&1 && return
    tail -n 20 "$state/build.log" >&2
    keep_state=yes
    die "the build failed; all of its output: $state/build.log"
}

build_all() {
    cd "$top"
    printf '[1/4] '
    "$top/deploy/install-deps.sh" || exit 1
    echo "[2/4] Building into build/release (a minute or two the first time)"
    build_step cmake --preset release
    build_step cmake --build --preset release --target wiregapd wiregap
}

# --- start and end ----------------------------------------------------------------------------

# Also ends what runs when this script is killed and can't clean up.
start() {
    local log=$1
    shift
    setpriv --pdeathsig TERM "$@" >"$state/$log" 2>&1 </dev/null &
    pids+=($!)
}

still_running() {
    local pid
    for pid in "${pids[@]}"; do
        if kill -0 "$pid" 2>/dev/null; then return 0; fi
    done
    return 1
}

clean_up() {
    local status=$? tries=30
    trap - EXIT
    trap '' INT TERM HUP
    ((${#pids[@]} == 0)) || kill -TERM "${pids[@]}" 2>/dev/null || true
    while still_running && ((tries-- > 0)); do sleep 0.1; done
    if still_running; then
        echo "quickstart: did not end on SIGTERM, killed" >&2
        kill -KILL "${pids[@]}" 2>/dev/null || true
        status=1
    fi
    wait || true
    [[ ${keep_state:-no} == yes ]] || rm -rf "$state"
    exit "$status"
}
trap clean_up EXIT
trap 'exit 0' INT
trap 'exit 143' TERM HUP

# What the daemon said last is its reason.
daemon_failed() {
    local line
    line=$(tail -n 1 "$state/wiregapd.log")
    die "wiregapd $1: ${line#wiregapd: }"
}

port_answers() {
    (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null
}

# Before minutes of building; and another daemon that answers must not be taken for ours.
check_port() {
    if port_answers; then
        die "port $port is in use (does another wiregapd run?): stop it, or set web.listen in a copy" \
            "of config.yaml and name that with --config"
    fi
}

start_daemon() {
    start wiregapd.log "$build/bin/wiregapd" --config "$config"
    local daemon=${pids[-1]} tries=150
    until curl -fsS -m 2 -o /dev/null "$url/-/ready" 2>/dev/null; do
        kill -0 "$daemon" 2>/dev/null || daemon_failed "ended"
        ((tries-- > 0)) || daemon_failed "is not ready after 15 s"
        sleep 0.1
    done
    kill -0 "$daemon" 2>/dev/null || daemon_failed "ended"
    echo "[3/4] wiregapd runs; metrics are at $url/metrics"
}

start_demo() {
    export REDISCLI_AUTH=$resp_password
    start demo.log "$build/bin/wiregap" demo --resp "$resp"
    local tries=100
    until grep -q '^1 client, ' "$state/demo.log"; do
        kill -0 "${pids[-1]}" 2>/dev/null || die "$(tail -n 1 "$state/demo.log")"
        ((tries-- > 0)) || die "the demo does not begin after 10 s"
        sleep 0.1
    done
    slow=$(sed -n 's/^1 client, \([^,]*\),.*/\1/p' "$state/demo.log")
    echo "[4/4] $(head -n 1 "$state/demo.log"); $(tail -n 1 "$state/demo.log")"
}

# --- the picture ------------------------------------------------------------------------------

wiregap() {
    "$build/bin/wiregap" --url "$url" "$@" 2>&1
}

picture() {
    wiregap top --once || return 1
    echo
    echo "\$ wiregap explain $slow"
    wiregap explain "$slow" || [[ $? == 4 ]] || return 1 # 4: it has not been seen yet
    echo
    echo "Metrics: $url/metrics   Live: build/release/bin/wiregap top   End: Ctrl-C"
    kill -0 "${pids[1]}" 2>/dev/null || echo "The demo has ended: $(tail -n 1 "$state/demo.log")"
}

# In place on a terminal: no flicker, and no more lines than it has.
show_in_place() {
    local lines
    COLUMNS=$(tput cols)
    lines=$(tput lines)
    export COLUMNS
    picture >"$state/picture" || return 1
    tput cup 0 0
    head -n $((lines - 1)) "$state/picture" | sed "s/\$/$(tput el)/"
    tput ed
}

show() {
    if [[ $in_place == yes ]]; then
        show_in_place
    else
        picture >"$state/picture" || return 1
        cat "$state/picture"
        echo
    fi
}

watch_bytes() {
    local end=$((SECONDS + seconds))
    in_place=no
    if [[ -t 1 ]] && tput cup 0 0 >/dev/null 2>&1; then
        in_place=yes
        sleep 1 # the lines above can be read
        tput clear
    fi
    while ((seconds == 0 || SECONDS < end)); do
        show || die "wiregapd answers no more: $(tail -n 1 "$state/picture")"
        sleep 0.5 &
        wait $! || true
    done
}

# key SECTION NAME: what the configuration says, without quotes; a `#` in quotes is not looked for.
key() {
    sed -n "/^$1:/,/^[a-z]/s/^ *$2: *\"\{0,1\}\([^\"#]*[^\"# ]\).*/\1/p" "$config"
}
listen=$(key web listen)
port=${listen##*:}
[[ $port =~ ^[0-9]{1,5}$ ]] || usage_error "no web.listen with a port in $config"
resp=$(key resp listen)
resp=${resp:-127.0.0.1:16379} resp_password=$(key resp requirepass)
[[ $(key resp enabled) != off ]] ||
    usage_error "resp.enabled is off in $config, and this shows the RESP server: set it to auto or on"
url=http://127.0.0.1:$port

check_port
build_all
start_daemon
start_demo
watch_bytes
