# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# shellcheck disable=SC2034 # used by those who source this
# What the scripts of this directory share. Sourced, never run.

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
repo=$(cd "$here/../.." && pwd)
me=$(basename "$0")
build=$repo/build/release
out=$repo/build/bench

die() {
    printf '%s: %s\n' "$me" "$*" >&2
    exit 2
}

# The comment at the top of the calling script is its --help.
help() {
    sed -n '3,/^[^#]/{/^#/!q;s/^# \{0,1\}//;p}' "$0"
    exit 0
}

need_root() {
    [[ $(id -u) == 0 ]] || die "needs root: BPF programs are loaded"
}

need_binaries() { # need_binaries NAME...
    local name
    for name; do
        [[ -x $build/bin/$name ]] ||
            die "$build/bin/$name is missing: cmake --preset release && cmake --build --preset release, or --build DIR"
    done
}
