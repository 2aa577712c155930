#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Usage: vm.sh SUITE KERNEL DEB [whole]
# A machine with Debian SUITE (bookworm, trixie), its KERNEL (6.1, 6.12) and systemd as PID 1, emulated:
# installs DEB and does with it what guest/test.sh says; whole: all of it.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
suite=${1:?usage: $0 SUITE KERNEL DEB} kernel=${2:?KERNEL} deb=${3:?DEB}
[[ -s $deb ]] || { echo "$0: no package $deb: its test has to run first" >&2 && exit 1; }

# What the package depends on is in the root already: the machine has no network.
mapfile -t depends < <(dpkg-deb -f "$deb" Depends | tr ',' '\n' | sed 's/|.*//; s/(.*//; s/ //g' | sort)
root=$("$here/make_root.sh" "$suite" vm systemd systemd-sysv dbus iproute2 procps curl python3 "${depends[@]}")

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$work/vm" "$work/root"
cp -a "$root/." "$work/root"
rm -rf "$work"/root/{boot,var/cache/apt,var/lib/apt/lists,usr/share/{locale,man,info,doc}}/* "$work"/root/{dev,proc,sys,run,tmp}/*
cp "$here/guest/wiregap-test.service" "$work/root/etc/systemd/system/"
mkdir -p "$work/root/etc/systemd/system/multi-user.target.wants"
ln -s ../wiregap-test.service "$work/root/etc/systemd/system/multi-user.target.wants/"
echo vm >"$work/root/etc/hostname"
: >"$work/root/etc/fstab"
cp "$here/guest/"{pid1,test.sh,traffic.py} "$work/vm/"
chmod 755 "$work/vm/pid1"
cp "$deb" "$work/vm/wiregap.deb"
[[ ${4-} != whole ]] || : >"$work/vm/whole"
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=vm \
    -keyout "$work/vm/wiregap.key" -out "$work/vm/wiregap.crt" 2>/dev/null

"$here/../kernel/boot.sh" --kernel "$kernel" --icount 1 --mem 2048 --timeout 1400 \
    --append systemd.mask=serial-getty@ttyS0.service \
    --dir "$work/root:/sysroot" --dir "$work/vm:/vm" -- true
