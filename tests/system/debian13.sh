#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Usage: debian13.sh BUILD_DIR
# Builds the package in a root of Debian 13: newer compiler, clang, libbpf, boost, yaml-cpp, systemd. Left in
# BUILD_DIR/package-13; warnings are errors, and nothing is optimised: it is to compile, and to run once. What was built
# before is kept in BUILD_DIR/debian13.
set -euo pipefail
build=$(cd "${1:?usage: $0 BUILD_DIR}" && pwd)
top=$(cd "$(dirname "$0")/../.." && pwd)

mapfile -t packages < <("$top/deploy/install-deps.sh" --list | grep -vx curl)
root=$("$top/tests/system/make_root.sh" trixie build "${packages[@]}" file dpkg-dev)
mkdir -p "$build/debian13" "$build/package-13"
rm -f "$build"/package-13/*.deb

# A mount namespace of its own: nothing is left mounted, and the root stays as it is.
export root top build
unshare -m bash -euo pipefail -c '
    mount --make-rprivate /
    mount -t proc proc "$root/proc"
    mount --bind "$top" "$root/mnt"
    mount -o remount,ro,bind "$root/mnt"
    mount --bind "$build/debian13" "$root/srv"
    exec env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/tmp LANG=C.UTF-8 chroot "$root" sh -euc "
        cd /tmp
        cmake -S /mnt -B /srv -G Ninja -DCMAKE_BUILD_TYPE=Debug -DWIREGAP_WERROR=ON \
            -DCMAKE_CXX_FLAGS_DEBUG=-DNDEBUG -DCMAKE_C_FLAGS_DEBUG=-DNDEBUG
        nice cmake --build /srv -j 1 -- -k 0
        cd /srv && rm -rf package && cpack -G DEB -B package
        bin/wiregapd --version
    "
' >"$build/debian13.log" 2>&1 || { tail -n 60 "$build/debian13.log" && exit 1; }
mv "$build"/debian13/package/*.deb "$build/package-13/"
rm -rf "$build/debian13/package"
tail -n 1 "$build/debian13.log"

deb=$(echo "$build"/package-13/*.deb)
[[ $deb == *~deb13_* ]] || { echo "not a package of Debian 13: $deb" && exit 1; }
unit=$(dpkg-deb --fsys-tarfile "$deb" | tar -xO ./usr/lib/systemd/system/wiregapd.service)
grep -qx 'Type=notify-reload' <<<"$unit" || { echo 'systemd 257 knows notify-reload, the unit does not' && exit 1; }
echo "$deb"
