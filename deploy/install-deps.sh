#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# The one list of Debian packages that wiregap is built with and, with --tests, tested with.
# deploy/quickstart.sh and tests/run.sh call this. Installs only what is missing.
set -euo pipefail

usage() {
    cat <<EOF
Usage: deploy/install-deps.sh [--unit | --tests] [--list]
Installs the Debian packages that building wiregap needs (Debian 12 or newer; as root, if any is missing).
  --unit   also what the unit tests are built with
  --tests  also what all tests need; servers among them are not started
  --list   only print the packages, one a line
  --help   print this help
EOF
}

build_packages=(
    build-essential cmake ninja-build pkg-config
    clang llvm bpftool libbpf-dev libelf-dev zlib1g-dev
    libboost-dev libcap-ng-dev libcli11-dev libfmt-dev libncurses-dev libspdlog-dev libsystemd-dev
    libyaml-cpp-dev nlohmann-json3-dev prometheus-cpp-dev libssl-dev libcrypt-dev
    curl
)
unit_packages=(libgtest-dev libgmock-dev)
test_packages=(
    qemu-system-x86 busybox-static cpio zstd xz-utils kmod    # the virtual machines
    redis-server libhiredis-dev nginx-light prometheus openssl  # real servers and clients, promtool, certificates
    chromium fonts-dejavu-core                                # the page is looked at in it
    iproute2 procps strace util-linux python3 python3-pyte python3-yaml       # what tests look with
    systemd mmdebstrap lintian e2fsprogs libcap2-bin file dpkg-dev  # the unit, the package, machines to install it in
    libclang-rt-dev                                           # libFuzzer
    git valgrind shellcheck flake8 clang-tidy clang-format man-db groff-base
)

die() {
    echo "install-deps: $*" >&2
    exit 1
}

packages=("${build_packages[@]}")
list=no tests=no
for word in "$@"; do
    case $word in
        --unit) packages+=("${unit_packages[@]}") ;;
        --tests) packages+=("${unit_packages[@]}" "${test_packages[@]}") tests=yes ;;
        --list) list=yes ;;
        --help | -h) usage && exit 0 ;;
        *) usage >&2 && exit 2 ;;
    esac
done
if [[ $list == yes ]]; then
    printf '%s\n' "${packages[@]}"
    exit 0
fi

installed() {
    [[ $(dpkg-query -W -f='${db:Status-Status}' "$1" 2>/dev/null) == installed ]]
}

[[ -n $(command -v apt-get) && -n $(command -v dpkg-query) ]] ||
    die "there is no apt-get here: install what 'deploy/install-deps.sh --list' names by other means"

missing=()
for package in "${packages[@]}"; do
    installed "$package" || missing+=("$package")
done
if ((${#missing[@]} == 0)); then
    echo "Debian packages: all ${#packages[@]} are there"
    exit 0
fi
[[ $(id -u) == 0 ]] || die "these packages are missing, run it with sudo: ${missing[*]}"

log=$(mktemp -t wiregap-install-deps.XXXXXX.log)
policy=/usr/sbin/policy-rc.d
clean_up() {
    if [[ ${own_policy:-no} == yes ]]; then rm -f "$policy"; fi
}
trap clean_up EXIT

# Debian starts a server as soon as it is installed, unless this file says no (101). The tests
# start their own.
if [[ $tests == yes && ! -e $policy ]]; then
    own_policy=yes
    printf '#!/bin/sh\nexit 101\n' >"$policy"
    chmod 755 "$policy"
fi

apt_get() {
    DEBIAN_FRONTEND=noninteractive apt-get -q -o DPkg::Lock::Timeout=300 -o Acquire::Retries=3 "$@" \
        </dev/null >>"$log" 2>&1
}

echo "Debian packages: installing ${missing[*]}"
apt_get update || { sleep 10 && apt_get update; } || die "apt-get update failed, see $log: $(tail -n 1 "$log")"
install_missing() { apt_get install -y --no-install-recommends "${missing[@]}"; }
# A mirror that is just being updated has what it lists a moment later.
install_missing || { sleep 10 && apt_get update && install_missing; } ||
    die "apt-get install failed, see $log: $(grep -m 1 '^E:' "$log" || tail -n 1 "$log")"
rm -f "$log"
