#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Usage: make_root.sh SUITE NAME PACKAGE...
#
# Prints the directory of a Debian root (SUITE: bookworm, trixie) that has PACKAGEs. It is made once
# and kept in $WIREGAP_CACHE/roots, default build/cache/roots; remove it to make it anew. NAME is what
# the root is for. Whoever changes the root works on a copy.
#
# The mirror and its key are those of the machine's own apt configuration, only the suite is another.
set -euo pipefail
source "$(dirname "$0")/../kernel/lib.sh"
source "$(dirname "$0")/../kernel/private_apt.sh"

[[ $# -ge 2 && $1 != --help ]] || help
suite=$1 name=$2
shift 2
need mmdebstrap mmdebstrap

cache=$(cache_dir)/roots
mkdir -p "$cache"
root=$cache/$suite-$name-$(sha256sum <<<"$*" | cut -c1-12)
if [[ -e $root/etc/debian_version ]]; then
    echo "$root"
    exit 0
fi

work=$(mktemp -d "$cache/.$suite-$name-XXXXXX")
trap 'rm -rf --one-file-system "$work"' EXIT
# shellcheck disable=SC1091
own=$(. /etc/os-release && [[ $ID == debian ]] && echo "${VERSION_CODENAME-}")
[[ -n $own ]] || die "the test roots are Debian's: run this on Debian (a container will do)"
for one in "$suite" "$suite-updates" "$suite-security"; do
    apt_stanza "$one" "${one/$suite/$own}"
done >"$work/sources"
[[ -s $work/sources ]] || die "no source for $own in /etc/apt: add the Debian mirror there"

# A proxy that the machine's apt uses is this apt's too.
options=()
while read -r line; do options+=(--aptopt="$line"); done < <(apt-config dump | grep -i '^Acquire::.*proxy' || true)
include=$(IFS=, && echo "$*")
mmdebstrap --mode=root --variant=minbase --include="$include" --format=directory \
    --aptopt='Acquire::Check-Valid-Until "false"' --aptopt='Acquire::Retries "3"' \
    --dpkgopt=force-unsafe-io --aptopt='APT::Install-Recommends "false"' --aptopt='Acquire::Languages "none"' \
    ${options[@]+"${options[@]}"} "$suite" "$work/root" "$work/sources" >"$work/log" 2>&1 || {
    tail -n 20 "$work/log" >&2
    die "a root of $suite with $include can't be made"
}
mv -T "$work/root" "$root" 2>/dev/null || [[ -e $root/etc/debian_version ]] # another test was first
echo "$root"
