#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Usage: fetch_valkey.sh
#
# Fetches Debian's Valkey (on Debian 12 from its backports) without installing it, and prints the directory that
# holds valkey-server, valkey-cli and valkey-benchmark. The libraries that they need come with Debian's
# redis-server. The directory is $WIREGAP_CACHE/valkey, default build/cache/valkey; remove it to fetch anew.
set -euo pipefail
# shellcheck source=tests/kernel/lib.sh
source "$(dirname "$0")/../kernel/lib.sh"
# shellcheck source=tests/kernel/private_apt.sh
source "$here/private_apt.sh"

fetch() { # fetch DIR: into DIR/done
    local own
    own=$(own_suite)
    private_apt "$1/apt" "$own" "$own-updates" "$own-backports"
    unpack_debs "$1" valkey-server valkey-tools
    mkdir "$1/done"
    cp -L "$1"/root/usr/bin/valkey-{server,cli,benchmark} "$1/done/"
    check_libraries "$1/done"
}

# A library that is missing would otherwise show as a server that never answers.
check_libraries() {
    local missing
    missing=$(ldd "$1"/* | awk '/not found/ { print $1 }' | sort -u | tr '\n' ' ')
    [[ -z $missing ]] || die "valkey needs $missing: apt-get install redis-server"
}

[[ ${1-} != --help ]] || help
(($# == 0)) || die "usage: $me (--help says more)"
need apt-get apt dpkg-deb dpkg ldd libc-bin flock util-linux
fetch_once valkey
echo "$cache/valkey"
