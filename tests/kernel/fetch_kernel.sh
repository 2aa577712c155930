#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Usage: fetch_kernel.sh KERNEL
#
# Fetches Debian's newest amd64 kernel of a series and prints the directory that holds it:
#   vmlinuz, version, config
#   vmlinux           the same kernel, decompressed: qemu starts it up to 9 s sooner
#   modules/          the modules that the tests need, decompressed
#   modules.depends   "NAME FILE DEPENDENCY,DEPENDENCY", one line a module; modules.builtin
#
# KERNEL is 5.10 (bullseye), 6.1 (bookworm), 6.12 (trixie) or 7 (trixie-backports, newest 7.x).
# The directory is in $WIREGAP_CACHE/kernels, default build/cache/kernels; remove it to fetch anew.
set -euo pipefail
source "$(dirname "$0")/lib.sh"
source "$here/private_apt.sh"

suites_of() {
    case $1 in
        5.10) echo bullseye bullseye-updates bullseye-security ;;
        6.1) echo bookworm bookworm-updates bookworm-security ;;
        6.12) echo trixie trixie-updates trixie-security ;;
        7) echo trixie-backports ;;
        *) die "no kernel $1: 5.10, 6.1, 6.12 or 7" ;;
    esac
}

# Old versions leave a mirror, so no version is pinned: the newest concrete package wins. The pattern has
# no room for the cloud and rt flavours. Where a kernel is split, linux-image-* is empty and is passed over.
newest_packages() {
    local names version
    names=$(apt_own apt-cache search --names-only "^linux-(image|binary)-${1//./\\.}\.[0-9.]+(\+[a-z0-9.]+)?(-[0-9]+)?-amd64\$")
    [[ -n $names ]] || return 0
    # shellcheck disable=SC2046
    version=$(apt_own apt-cache show $(cut -d' ' -f1 <<<"$names") |
        awk '/^Package:/{p=$2; sub(/^linux-(image|binary)-/, "", p)} /^Version:/{print $2, p}' | sort -V | tail -n1 | cut -d' ' -f2)
    if grep -q "^linux-binary-$version " <<<"$names"; then
        echo "linux-base-$version linux-binary-$version linux-modules-$version"
    else
        echo "linux-image-$version"
    fi
}

# Only what may be a module of ours or a dependency of one leaves the archive: the rest is 300 MB.
unpack() {
    local deb dir=$1
    for deb in "$dir"/apt/*.deb; do
        dpkg-deb --fsys-tarfile "$deb" | tar -x -C "$dir" --wildcards --no-wildcards-match-slash \
            --transform 's,^\./usr/lib/,./lib/,' \
            './boot/*' './lib/modules/*/modules.builtin' './usr/lib/modules/*/[mvc]*' \
            --wildcards-match-slash './*lib/modules/*/kernel/net/*' './*lib/modules/*/kernel/lib/*' \
            './*lib/modules/*/kernel/*crypto/*' './*lib/modules/*/kernel/drivers/net/[a-z]*.ko*' 2>"$dir/tar.log" || true
    done # tar's status says only that a pattern matched nothing, as each package has a part
    ls "$dir"/lib/modules/*/kernel/net >/dev/null 2>&1 || die "can't unpack the kernel: $(tail -n1 "$dir/tar.log")"
}

# keep_module FROM TO PATH: decompresses one module into TO and then, by its depends=, the ones it needs.
keep_module() {
    local from=$1 to=$2 file=$3 name depends dep
    name=$(basename "${file%.ko*}") && name=${name//-/_}
    [[ ! -e $to/modules/$name.ko ]] || return 0
    case $file in
        *.xz) xz -dc "$file" ;;
        *.zst) zstd -qdc "$file" ;;
        *) cat "$file" ;;
    esac >"$to/modules/$name.ko"
    depends=$(modinfo -F depends "$to/modules/$name.ko")
    echo "$name $name.ko ${depends//-/_}" >>"$to/modules.depends"
    for dep in ${depends//,/ }; do
        file=$(find "$from" -name "${dep//_/[-_]}.ko*" -print -quit)
        [[ -n $file ]] || die "$name needs the module $dep, which unpack does not take out of the package"
        keep_module "$from" "$to" "$file"
    done
}

keep_modules_of() {
    local from=$1 to=$2 pattern file
    mkdir -p "$to/modules"
    for pattern in "${keep_modules[@]}"; do
        # shellcheck disable=SC2231 # the pattern is to be expanded
        for file in "$from"/$pattern.ko*; do
            [[ ! -e $file ]] || keep_module "$from" "$to" "$file"
        done
    done
}

# Where the compressed kernel lies is said by its boot header (Documentation/arch/x86/boot.rst); the last
# 4 bytes of it are its size. Not every compression is handled: boot.sh then does with vmlinuz.
decompress_kernel() { # decompress_kernel VMLINUZ VMLINUX
    local setup_sects payload length
    read -r setup_sects < <(od -An -tu1 -j $((0x1f1)) -N1 "$1")
    read -r payload length < <(od -An -tu4 -j $((0x248)) -N8 "$1")
    head -c $(((setup_sects + 1) * 512 + payload + length - 4)) "$1" | tail -c $((length - 4)) >"$2.payload"
    case $(od -An -tx1 -N4 "$2.payload") in
        ' fd 37 7a 58') xz -dc <"$2.payload" >"$2" ;;
        ' 28 b5 2f fd') zstd -qdc <"$2.payload" >"$2" ;;
        ' 1f 8b'*) gzip -dc <"$2.payload" >"$2" ;;
        *) echo "$me: $1 is compressed in an unknown way, boots will be slower" >&2 ;;
    esac
    rm "$2.payload"
}

fetch() {
    local kernel=$1 dir=$2 packages root version
    # shellcheck disable=SC2046
    private_apt "$dir/apt" $(suites_of "$kernel")
    packages=$(newest_packages "$kernel")
    [[ -n $packages ]] || die "no kernel $kernel on the mirror: $(grep -m1 '^[EW]:' "$dir/apt/update.log" || echo 'its suite has no such package')"
    echo "$me: fetching $packages" >&2
    # shellcheck disable=SC2086
    (cd "$dir/apt" && apt_own apt-get -q download $packages) >"$dir/apt/download.log" 2>&1 ||
        die "can't download $packages: $(grep -m1 '^E:' "$dir/apt/download.log")"
    unpack "$dir"
    root=$(echo "$dir"/lib/modules/*) && version=${root##*/}
    mkdir "$dir/done"
    mkdir -p "$dir/boot" # a split kernel has nothing there, its vmlinuz lies with its modules
    find "$dir/boot" "$root" -maxdepth 1 -name 'vmlinuz*' -exec cp {} "$dir/done/vmlinuz" \;
    find "$dir/boot" "$root" -maxdepth 1 -name 'config*' -exec cp {} "$dir/done/config" \;
    [[ -s $dir/done/vmlinuz ]] || die "no vmlinuz in $packages"
    decompress_kernel "$dir/done/vmlinuz" "$dir/done/vmlinux"
    cp "$root/modules.builtin" "$dir/done/"
    keep_modules_of "$root/kernel" "$dir/done"
    echo "${keep_modules[@]}" >"$dir/done/kept"
    echo "$version" >"$dir/done/version"
}

[[ ${1-} != --help ]] || help
(($# == 1)) || die "usage: $me KERNEL (--help says more)"
kernel=$1
suites_of "$kernel" >/dev/null
need apt-get apt dpkg-deb dpkg xz xz-utils zstd zstd modinfo kmod flock util-linux
kernels=$(cache_dir)/kernels
mkdir -p "$kernels"
# Two callers: the second waits here and then finds the work done.
exec 9>"$kernels/$kernel.lock"
flock 9
if [[ $(cat "$kernels/$kernel/kept" 2>/dev/null) != "${keep_modules[*]}" ]]; then
    rm -rf "$kernels/.$kernel".?????? # what a killed fetch left
    work=$(mktemp -d "$kernels/.$kernel.XXXXXX")
    trap 'rm -rf "$work"' EXIT
    fetch "$kernel" "$work"
    rm -rf "${kernels:?}/$kernel"
    mv "$work/done" "$kernels/$kernel"
fi
echo "$kernels/$kernel"
