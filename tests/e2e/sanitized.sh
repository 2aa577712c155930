#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Usage: sanitized.sh --build asan|tsan
#        sanitized.sh asan|tsan BUILD_DIR
# The integration tests of the daemon, its RESP server and its HTTP server once more, against a wiregapd that is built
# with sanitizers, by clang, which takes half of GCC's time for it (CMake presets of that name, in trees of its own:
# build/asan and build/tsan stay as their user configured them). A report ends the daemon, and with it the test; it is
# shown here. --build: only build it.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
top=$(cd "$here/../.." && pwd)
only_build=no
[[ ${1-} != --build ]] || { only_build=yes && shift && set -- "${1-}" none; }
preset=${1:?usage: sanitized.sh asan|tsan BUILD_DIR} release=${2:?usage: sanitized.sh asan|tsan BUILD_DIR}
build=$top/build/sanitized/$preset

# One after the other on one machine: each has its ports.
tests=(promtool resp_hostile embedded_verdicts redis_backlog)
[[ $preset == asan ]] || tests=(promtool web_security embedded_verdicts)

cd "$top"
mkdir -p "$build"
cmake --preset "$preset" -B "$build" -DCMAKE_C_COMPILER=clang -DCMAKE_CXX_COMPILER=clang++ -DWIREGAP_TESTS=OFF -DWIREGAP_WERROR=OFF -DWIREGAP_UNITY=ON \
    -DCMAKE_CXX_FLAGS_DEBUG=-g1 \
    >"$build/configure.log" 2>&1 || { cat "$build/configure.log" && exit 1; }
nice cmake --build "$build" --target wiregapd -j 1 >"$build/build.log" 2>&1 || { tail -n 40 "$build/build.log" && exit 1; }
[[ $only_build == no ]] || exit 0

cp "$release/bin/wiregap" "$build/bin/" # the command line as it is shipped
export WIREGAP_RELEASE_BUILD=$release
export ASAN_OPTIONS=halt_on_error=1:quarantine_size_mb=8 TSAN_OPTIONS=halt_on_error=1
export UBSAN_OPTIONS=halt_on_error=1:print_stacktrace=1
# What a sanitizer keeps beside each allocation is no memory of the daemon's.
export WIREGAP_MEMORY_FACTOR=6
# And what it checks takes time.
export WIREGAP_TIME_FACTOR=4

# Where addresses are random in 32 bits, older sanitizers find no room for their shadow.
plain=(setarch -R)
"${plain[@]}" true 2>/dev/null || plain=()

failed=0
for name in "${tests[@]}"; do
    echo "== $name, $preset"
    "${plain[@]}" "$here/$name.sh" "$build" || failed=1
done
exit $failed
