#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Usage: d2.sh [--build DIR] [--update] [--connections] KERNEL BACKEND
#
# D2, without noise and therefore asserted: guest instructions that wiregapd adds to a 64-byte ping-pong
# write, in a VM under instruction counting: at most 5 % more than golden/d2_KERNEL_BACKEND.txt says. The bar,
# at most 2.5 times what empty programs on the same hooks add, is reported as ok or short.
# KERNEL as for tests/kernel/boot.sh (5.10, 6.1, 6.12, 7), BACKEND fentry or tracepoint.
#
#   --build DIR   where bin/wiregapd and bin/wiregap_icount are (default build/release)
#   --update      write the golden file instead: look at the difference and commit it
#   --connections print instructions per connection (connect, send, close with a reset) as well; they vary by 100
#                 from one measurement to the next, so they are not asserted
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=lib.sh
source "$(dirname "$0")/lib.sh"

update=() more=() names=()
while (($#)); do
    case $1 in
        --help) help ;;
        --build) build=$(cd "${2:?--build wants a directory}" && pwd) && shift ;;
        --update) update=(--update) ;;
        --connections) more=(--connections) ;;
        -*) die "unknown option $1, --help lists them" ;;
        *) names+=("$1") ;;
    esac
    shift
done
((${#names[@]} == 2)) || die "wants KERNEL BACKEND, --help says which"
kernel=${names[0]} backend=${names[1]}
need_binaries wiregapd wiregap_icount

mkdir -p "$out"
log=$out/d2_${kernel}_$backend.txt
status=0
"$repo/tests/kernel/boot.sh" --kernel "$kernel" --icount 0 --smp 1 --timeout 1000 \
    --file "$build/bin/wiregapd" --file "$build/bin/wiregap_icount" --file "$repo/config.yaml:/config.yaml" \
    -- wiregap_icount --wiregapd /bin/wiregapd --config /config.yaml --out /run/bench --backend "$backend" "${more[@]}" \
    >"$log" || status=$?
sed "s/^/$kernel $backend: /" "$log"
((status <= 1)) || die "the measurement failed in the VM (status $status)"
# The bar is reported (short on 5.10, whose trampolines are the cheapest); the last figure is asserted.
exec "$here/golden.sh" "D2 $kernel $backend" "$here/golden/d2_${kernel}_$backend.txt" "${update[@]}" <"$log"
