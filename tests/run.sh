#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Installs what the tests need, builds wiregap, runs the tests. CI runs exactly this.
set -euo pipefail

usage() {
    cat <<EOF
Usage: sudo tests/run.sh [--no-install] [--sanitize] [CTEST OPTIONS]
Without options: everything (about 30 minutes on two cores). To select:
  -L unit     no root, no BPF needed        -L truth    ground truth on this kernel
  -L vm       Debian's kernels in qemu      -L e2e      real servers, bad input, quickstart
  -L bench    deterministic costs           -L lint     formatting, clang-tidy, shellcheck
  -L sanitize integration tests under ASan, UBSan and TSan
  -L fuzz     the RESP parser and commands under libFuzzer
  -LE vm      all but the VMs; -R NAME: tests whose name matches (see ctest(1))
  --no-install  do not call apt-get
  --sanitize    first the unit tests, built with ASan and UBSan
At the end: the time that each part took, and the longest tests.
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

times=() # what the steps before the tests took, "SECONDS NAME"
step_name='' step_begin=0
step() { # ends the step before
    [[ -z $step_name ]] || times+=("$((SECONDS - step_begin)) $step_name")
    step_name=$1 step_begin=$SECONDS
    [[ -z $1 ]] || printf '\n== %s (%s s)\n' "$1${2:+: $2}" "$SECONDS"
}
die() { echo "tests/run.sh: $*" >&2 && exit 1; }

# Only the unit tests were asked for: no root, and their programs only.
packages=--tests targets=()
if [[ " ${options[*]-} " =~ \ (-L|--label-regex)[\ =]unit\  ]]; then
    packages=--unit targets=(--target wiregap_unit_tests wiregap_bench_tests)
else
    ((EUID == 0)) || die "the tests load BPF programs and boot VMs: run it with sudo (not for -L unit)"
fi
cd "$top"

if [[ $install == yes ]]; then
    step install 'what the tests need'
    deploy/install-deps.sh "$packages"
fi

step build 'preset release with the tests, warnings are errors'
mkdir -p build
cmake --preset release -DWIREGAP_TESTS=ON -DWIREGAP_WERROR=ON >build/configure.log 2>&1 || {
    cat build/configure.log && die 'cmake failed'
}
cmake --build --preset release ${targets[@]+"${targets[@]}"}

if [[ $sanitize == yes ]]; then
    step 'build, asan' 'the unit tests under the address and undefined-behaviour sanitizers'
    cmake --preset asan >build/configure-asan.log 2>&1 || {
        cat build/configure-asan.log && die 'cmake failed'
    }
    cmake --build --preset asan --target wiregap_unit_tests
    build/asan/bin/wiregap_unit_tests --gtest_brief=1
fi

step tests
results=$top/build/release/Testing/results.xml
rm -f "$results"
status=0
ctest --test-dir build/release --parallel "$(nproc)" --output-on-failure --no-tests=error \
    --output-junit "$results" ${options[@]+"${options[@]}"} || status=$?
if ((status)); then
    # Once more, and last: a log of thousands of lines gets cut in its middle.
    step 'what failed'
    grep -aE '^(FAIL|not ok)|FAILED|(^|[^a-z_])error:' build/release/Testing/Temporary/LastTest.log |
        awk '!seen[$0]++' | tail -n 60 || true
fi
step times
step ''
[[ ! -r $results ]] || tests/times.sh "$results" ${times[@]+"${times[@]}"}
printf '%s after %s s\n' "$( ((status)) && echo 'FAILED' || echo 'all passed')" "$SECONDS"
exit "$status"
