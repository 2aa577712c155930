# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2154,SC2013
# Packs what the VM runs from. Sourced by boot.sh.
#
# Two cpio archives, one after the other, as the kernel allows: the base (busybox, bash, iproute2, modules,
# init), made once and kept in the cache, and the test's own files. Neither is compressed: under emulation
# a copy is cheaper than gunzip. In the guest /usr/bin, /usr/lib... are links to /bin, /lib...

base_programs=(bash tc ip ss)

# guest_path PATH: where it lies in the guest. An archive with a real /usr/bin would replace the link.
guest_path() {
    sed -E 's,^/usr/(bin|sbin|lib|lib64)(/|$),/\1\2,; s,^/sbin(/|$),/bin\1,' <<<"/${1#/}"
}

# put ROOT FILE DST: a file and the libraries that ldd names for it.
put() {
    local dst lib libs
    dst=$1$(guest_path "$3")
    mkdir -p "$(dirname "$dst")"
    cp -L "$2" "$dst" || die "can't copy $2"
    [[ $(head -c4 "$2" | tr -d '\0') == $'\x7fELF' ]] || return 0
    libs=$(ldd "$2" 2>/dev/null) || return 0 # static
    [[ $libs != *'not found'* ]] || die "$2 needs a library that this machine lacks: $(grep -m1 'not found' <<<"$libs")"
    for lib in $(awk '$2 == "=>" && $3 ~ /^\// {print $3} $1 ~ /^\// {print $1}' <<<"$libs"); do
        dst=$1$(guest_path "$lib")
        [[ -e $dst ]] || { mkdir -p "$(dirname "$dst")" && cp -L "$lib" "$dst"; }
    done
}

pack() { # pack ROOT FILE
    (cd "$1" && find . -mindepth 1 -printf '%P\n' | LC_ALL=C sort | cpio -o -H newc -R 0:0 --quiet) >"$2"
}

# module_order DIR NAME...: these and what they depend on, dependencies first, built-in ones left out.
module_order() {
    local dir=$1
    shift
    printf '%s\n' "$@" | tr - _ | awk -v builtin="$dir/modules.builtin" '
        FNR == NR { depends[$1] = $3; next }
        function load(name,   i, n, dep) {
            if (name in done) return
            done[name] = 1
            if (!(name in depends)) {
                if (!(name in inside)) { print "unknown " name; exit }
                return
            }
            n = split(depends[name], dep, ",")
            for (i = 1; i <= n; i++) load(dep[i])
            print name
        }
        FNR == 1 { while ((getline line < builtin) > 0) { gsub(/.*\/|\.ko$/, "", line); gsub(/-/, "_", line); inside[line] = 1 } }
        { load($1) }' "$dir/modules.depends" -
}

base_root() { # base_root ROOT KERNEL_DIR
    local root=$1 program applet
    mkdir -p "$root"/{bin,lib,lib64,usr,etc,proc,sys,dev,run,tmp,root,var,modules,vm}
    ln -s bin "$root/sbin"
    ln -s ../bin ../lib ../lib64 "$root/usr/" && ln -s ../bin "$root/usr/sbin"
    ln -s ../run "$root/var/run"
    cp "$here/init" "$root/init"
    cp "$(command -v busybox)" "$root/bin/busybox"
    # sh is bash, for busybox's sh runs its own tc, ip and setpriv whatever PATH says.
    for applet in $(busybox --list); do
        case $applet in
            sh | ash | bash | tc | ip | ip[alnr]* | ss | setpriv | busybox | init | linuxrc) ;;
            *) ln -s busybox "$root/bin/$applet" ;;
        esac
    done
    for program in "${base_programs[@]}"; do
        put "$root" "$(command -v "$program")" "/bin/$program"
    done
    ln -s bash "$root/bin/sh"
    [[ ! -d /usr/lib/tc ]] || cp -r /usr/lib/tc "$root/lib/tc" # netem's delay distributions
    cp "$2"/modules/*.ko "$root/modules/"
    echo 'root:x:0:0:root:/root:/bin/sh' >"$root/etc/passwd"
    echo 'root:x:0:' >"$root/etc/group"
    printf '127.0.0.1 localhost\n::1 localhost\n' >"$root/etc/hosts"
}

# base_cpio KERNEL_DIR: prints the cached archive, made anew when a part of it has changed.
base_cpio() {
    local dir=$1 cache key file work
    cache=$(cache_dir)/initramfs
    mkdir -p "$cache"
    key=$({
        cat "$dir/version" "$dir/kept" "$here/init" "$here/initramfs.sh"
        # shellcheck disable=SC2046
        stat -Lc '%n %s %Y' "$dir/modules.depends" $(command -v busybox "${base_programs[@]}")
    } | sha256sum | cut -c1-16)
    file=$cache/$(basename "$dir")-$key.cpio
    if [[ ! -s $file ]]; then
        find "$cache" -mindepth 1 -maxdepth 1 -name "*$(basename "$dir")-*" -mmin +60 -exec rm -rf {} +
        work=$(mktemp -d "$cache/.$(basename "$dir")-XXXXXX")
        base_root "$work/root" "$dir"
        pack "$work/root" "$work/cpio"
        mv "$work/cpio" "$file"
        rm -rf "$work"
    fi
    echo "$file"
}
