#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Usage: boot.sh --kernel K [OPTION]... -- COMMAND ARGS...
#
# Boots Debian's kernel K (as fetch_kernel.sh) in qemu, emulated, runs COMMAND there as root, shows its
# output as it comes and ends with its exit status; 124: timeout, 125: the VM or this script failed.
#
#   --append ARGS     added to the kernel's command line
#   --cpu MODEL       default Nehalem: with all that qemu can emulate (max) a guest takes twice the host's time
#   --dir SRC:DST     a directory's contents, as they are
#   --env A=B         in COMMAND's environment
#   --file SRC[:DST]  a file with its libraries; SRC may be a program in PATH; DST is /bin/NAME if it can
#                     be executed, else /NAME
#   --icount SHIFT    count instructions: one is 2^SHIFT ns of guest time whatever the host does, and idle time takes
#                     none of the host's; all of the guest's CPUs take turns on one of the host's
#   --mem MiB         default 1024
#   --module NAME     load this module too (netem, fq, fq_codel, tbf, ingress, veth, dummy, tcp_diag are)
#   --out FILE        what COMMAND leaves in /out comes back as FILE
#   --smp N           default 2
#   --timeout S       for COMMAND, from init on; default 120
#
# COMMAND has PATH=/bin:/sbin, /bin/sh is bash; tc, ip and ss are iproute2's, the rest is busybox.
set -euo pipefail
source "$(dirname "$0")/lib.sh"
source "$here/initramfs.sh"

kernel='' append='' icount='' mem=1024 cpu=Nehalem smp='' timeout=120 out=''
files=() dirs=() modules=() environment=() command=()

parse() {
    while (($#)); do
        case $1 in
            --help) help ;;
            --) shift && command=("$@") && break ;;
            --kernel | --append | --cpu | --icount | --mem | --smp | --timeout | --out | --file | --dir | --module | --env)
                (($# > 1)) || die "$1 needs a value, --help says which" ;;&
            --kernel) kernel=$2 && shift ;;
            --cpu) cpu=$2 && shift ;;
            --append) append+=" $2" && shift ;;
            --icount) icount=$2 && shift ;;
            --mem) mem=$2 && shift ;;
            --smp) smp=$2 && shift ;;
            --timeout) timeout=$2 && shift ;;
            --out) out=$2 && shift ;;
            --file) files+=("$2") && shift ;;
            --dir) dirs+=("$2") && shift ;;
            --module) modules+=("$2") && shift ;;
            --env) environment+=("$2") && shift ;;
            *) die "unknown option $1, --help lists them (COMMAND comes after --)" ;;
        esac
        shift
    done
    [[ -n $kernel ]] || die "--kernel is missing: 5.10, 6.1, 6.12 or 7"
    ((${#command[@]})) || die "no COMMAND: put it after --"
    [[ -z $icount || $icount =~ ^[0-9]$ ]] || die "--icount $icount: wants a digit, --help says of what"
}

add_files() { # add_files ROOT
    local arg src dst
    for arg in "${files[@]}"; do
        src=${arg%%:*} dst=''
        [[ $arg != *:* ]] || dst=${arg#*:}
        [[ -e $src || $src == */* ]] || src=$(command -v "$src" || echo "$src")
        [[ -f $src ]] || die "--file $arg: no such file"
        [[ -n $dst ]] || if [[ -x $src ]]; then dst=/bin/${src##*/}; else dst=/${src##*/}; fi
        put "$1" "$src" "$dst"
    done
    for arg in "${dirs[@]}"; do
        [[ $arg == *:/* && -d ${arg%%:*} ]] || die "--dir $arg: wants an existing directory, a colon, an absolute path"
        dst=$1$(guest_path "${arg#*:}")
        mkdir -p "$dst"
        cp -a "${arg%%:*}/." "$dst"
    done
}

# The second archive: the test's files, and in /vm what init is to do.
test_cpio() { # test_cpio WORK KERNEL_DIR
    local root=$1/root order
    mkdir -p "$root/vm"
    order=$(module_order "$2" "${default_modules[@]}" "${modules[@]}")
    [[ $order != *unknown\ * ]] || die "no module ${order##*unknown } for $kernel: add it to keep_modules in lib.sh"
    echo "$order" >"$root/vm/modules"
    {
        echo 'export PATH=/bin:/sbin HOME=/root TERM=dumb LANG=C.UTF-8; unset OLDPWD; cd /'
        ((${#environment[@]} == 0)) || printf 'export %q\n' "${environment[@]}"
        echo "exec $(printf '%q ' "${command[@]}")"
    } >"$root/vm/run"
    [[ -z $out ]] || : >"$root/vm/out"
    add_files "$root"
    pack "$root" "$1/test.cpio"
}

parse "$@"
need busybox busybox-static cpio cpio tc iproute2 ss iproute2 ldd libc-bin
dir=$("$here/fetch_kernel.sh" "$kernel")
qemu_program=$("$here/fetch_qemu.sh")
work=$(mktemp -d)
qemu_pid=''
trap '[[ -z $qemu_pid ]] || kill -9 "$qemu_pid" 2>/dev/null; rm -rf "$work"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP
base=$(base_cpio "$dir")
test_cpio "$work" "$dir"
cat "$base" "$work/test.cpio" >"$work/initrd"
source "$here/run_vm.sh"
boot_and_run
