#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Usage: run.sh [--build DIR] [--seconds N] [B1] [B2] [B3] [B5] [B6] [B7]
#
# Measures the bars of wiregapd's cost and prints for each figure: name figure bar ok|short
# Without names: all. A bar takes less than a minute. Details go to build/bench/NAME.txt. A figure that
# is short does not fail the script: on a shared machine these are reported, not asserted.
#
#   B1  hot path: CPU time of a 64-byte ping-pong write, as a ratio and against two empty programs
#   B2  the same over 3,000 connections in turn, which are no longer in the caches
#   B3  Nagle: every write stays behind; the ratio, and writes counted / writes made
#   B5  time added to a write, and memory, against a bpftrace script on the same hooks (package bpftrace)
#   B6  connect, send, close with a reset
#   B7  kernel memory per socket, the daemon's memory with 10,000 sockets, CPU time of its start
#
#   --build DIR       where bin/wiregapd and bin/wiregap_bench are (default build/release)
#   --seconds N       for each of B1, B2, B3, B5 and B6 (default 40); at least 31 rounds are made
#   --condition C     "empty" or "nothing" instead of wiregapd: tests the meter itself
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=lib.sh
source "$(dirname "$0")/lib.sh"

arguments=()
while (($#)); do
    case $1 in
        --help) help ;;
        --build) build=$(cd "${2:?--build wants a directory}" && pwd) && shift ;;
        --seconds | --condition) arguments+=("$1" "${2:?$1 wants a value}") && shift ;;
        B*) arguments+=("$1") ;;
        *) die "unknown option $1, --help lists them" ;;
    esac
    shift
done
need_root
need_binaries wiregapd wiregap_bench
exec "$build/bin/wiregap_bench" --wiregapd "$build/bin/wiregapd" --config "$repo/config.yaml" \
    --out "$out" "${arguments[@]}"
