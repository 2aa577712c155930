#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Usage: fetch_qemu.sh
#
# Prints the program that boots the test kernels: this machine's qemu-system-x86_64, or, where that is older than
# 10.0, one of Debian's backports, fetched and not installed. 7.2 loses guests: the kernel patches its own code
# whenever a tracepoint is attached or detached, and by all signs one emulated CPU then runs what the other has already
# replaced: the guest dies of an int3 that is nobody's, or both its CPUs spin for ever. Switching the events of tracefs
# on and off over TCP traffic hung two guests of two within four minutes, with nothing of wiregap in them (kernel 6.1);
# under 10.0 two went on for the 330 s that they were watched. What lies between was not tried.
# It lies in $WIREGAP_CACHE/qemu, default build/cache/qemu; remove that to fetch anew.
set -euo pipefail
source "$(dirname "$0")/lib.sh"
# shellcheck source=tests/kernel/private_apt.sh
source "$here/private_apt.sh"

new_enough() { # new_enough PROGRAM
    local version
    version=$("$1" --version | sed -n 's/^QEMU emulator version \([0-9.]*\).*/\1/p')
    [[ -n $version && $(printf '10.0\n%s\n' "$version" | sort -V | head -n 1) == 10.0 ]]
}

# What it links to, and the BIOS, is what the machine's own, older one needs as well.
fetch() { # fetch DIR: into DIR/done, where qemu starts it
    local own
    own=$(own_suite)
    private_apt "$1/apt" "$own" "$own-updates" "$own-backports"
    unpack_debs "$1" "qemu-system-x86/$own-backports" "qemu-system-data/$own-backports"
    mv "$1/root" "$1/done"
    cat >"$1/done/qemu" <<'WRAPPER'
#!/bin/bash
top=$(dirname "$0")
exec "$top/usr/bin/qemu-system-x86_64" -L "$top/usr/share/qemu" -L /usr/share/seabios -L /usr/share/qemu "$@"
WRAPPER
    chmod +x "$1/done/qemu"
    new_enough "$1/done/qemu" || die "the qemu of $own-backports does not start, or is older than 10.0: $("$1/done/qemu" --version 2>&1 | head -n 1)"
}

[[ ${1-} != --help ]] || help
(($# == 0)) || die "usage: $me (--help says more)"
need qemu-system-x86_64 qemu-system-x86 apt-get apt dpkg-deb dpkg flock util-linux
if new_enough qemu-system-x86_64; then
    echo qemu-system-x86_64
    exit 0
fi
fetch_once qemu
echo "$cache/qemu/qemu"
