#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Installs what the tests need, builds wiregap, runs the tests. CI runs exactly this.
set -euo pipefail

usage() {
    cat <<EOF
Usage: sudo tests/run.sh [--no-install] [--sanitize] [CTEST OPTIONS]
Without options: everything (about an hour on two cores). To select:
  -L unit     no root, no BPF needed        -L truth    ground truth on this kernel
  -L vm       Debian's kernels in qemu      -L e2e      real servers, bad input, quickstart
  -L bench    deterministic costs           -L lint     formatting, clang-tidy, shellcheck
  -L sanitize integration tests under ASan, UBSan and TSan
  -L fuzz     the RESP parser and commands under libFuzzer
  -LE vm      all but the VMs; -R NAME: tests whose name matches (see ctest(1))
  --no-install  do not call apt-get
  --sanitize    first the unit tests, built with ASan and UBSan
EOF
}

top=$(cd "$(dirname "$0")/.." && pwd)
install=yes sanitize=no
options=()
for word in "$@"; do
    case $word in
        --help | -h) usage && exit 0 ;;
        --no-install) install=no ;;
        --sanitize) sanitize=yes ;;
        *) options+=("$word") ;;
    esac
done

step() { printf '\n== %s (%s s)\n' "$*" "$SECONDS"; }
die() { echo "tests/run.sh: $*" >&2 && exit 1; }

((EUID == 0)) || die "the tests load BPF programs and boot VMs: run it with sudo"
cd "$top"

if [[ $install == yes ]]; then
    step 'installing what the tests need'
    deploy/install-deps.sh --tests
fi

step 'building: preset release, warnings are errors'
mkdir -p build
cmake --preset release -DWIREGAP_WERROR=ON >build/configure.log 2>&1 || {
    cat build/configure.log && die 'cmake failed'
}
cmake --build --preset release

if [[ $sanitize == yes ]]; then
    step 'unit tests under the address and undefined-behaviour sanitizers: preset asan'
    cmake --preset asan >build/configure-asan.log 2>&1 || {
        cat build/configure-asan.log && die 'cmake failed'
    }
    cmake --build --preset asan --target wiregap_unit_tests
    build/asan/bin/wiregap_unit_tests --gtest_brief=1
fi

step 'tests'
ctest --test-dir build/release --parallel "$(nproc)" --output-on-failure --no-tests=error ${options[@]+"${options[@]}"} || {
    status=$?
    # Once more, and last: a log of thousands of lines gets cut in its middle.
    step 'what failed'
    grep -aE '^(FAIL|not ok)|FAILED|error:' build/release/Testing/Temporary/LastTest.log |
        awk '!seen[$0]++' | tail -n 60 || true
    exit "$status"
}
step 'done'
