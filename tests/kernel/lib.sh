# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# shellcheck disable=SC2034 # used by those who source this
# What the scripts of this directory share: errors, places, the list of modules. Sourced, never run.

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
repo=$(cd "$here/../.." && pwd)
me=$(basename "$0")

# The same list decides what fetch_kernel.sh keeps and what boot.sh can load. Paths below
# lib/modules/VER/kernel, shell patterns, no suffix. Whatever they depend on comes with them.
keep_modules=(
    'net/sched/sch_*' 'net/sched/cls_*' 'net/sched/act_*'
    'net/ipv4/tcp_*' 'net/ipv4/inet_diag' 'net/tls/tls' 'net/mptcp/*'
    'net/netlink/netlink_diag' 'net/unix/unix_diag'
    'drivers/net/veth' 'drivers/net/dummy' 'drivers/net/ifb'
    'crypto/gcm' 'crypto/ctr' 'crypto/ghash-generic' 'arch/x86/crypto/aesni-intel' # what tls asks for
)
# Loaded by every boot. inet_diag and tcp_diag: without them ss silently reads /proc instead.
default_modules=(sch_netem sch_fq sch_fq_codel sch_tbf sch_ingress veth dummy inet_diag tcp_diag)

# 125 as in timeout(1) and env(1): the harness failed, not the command that it was to run.
die() {
    printf '%s: %s\n' "$me" "$*" >&2
    exit 125
}

# set -e alone ends a script without a word; 125 comes from die, in a subshell, which has said why.
set -E
trap '(($? == 125)) || printf "%s: line %s failed: %s\n" "$me" "$LINENO" "$BASH_COMMAND" >&2; exit 125' ERR

# need TOOL PACKAGE...: a missing tool is an error that names what to install.
need() {
    while (($#)); do
        command -v "$1" >/dev/null || die "$1 is missing: apt-get install $2"
        shift 2
    done
}

# The comment at the top of the calling script is its --help.
help() {
    sed -n '3,/^[^#]/{/^#/!q;s/^# \{0,1\}//;p}' "$0"
    exit 0
}

cache_dir() {
    local dir=${WIREGAP_CACHE:-$repo/build/cache}
    mkdir -p "$dir" || die "can't make the cache directory $dir: set WIREGAP_CACHE"
    (cd "$dir" && pwd)
}

seconds_since() { # microseconds as in EPOCHREALTIME without its separator
    local us=$((${EPOCHREALTIME//[.,]/} - $1))
    printf '%d.%d\n' $((us / 1000000)) $((us % 1000000 / 100000))
}

now_us() { echo "${EPOCHREALTIME//[.,]/}"; }
