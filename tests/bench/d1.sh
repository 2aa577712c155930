#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Usage: d1.sh [--build DIR] [--update]
#
# D1, without noise and therefore asserted: the instructions of each of wiregapd's BPF programs as the
# kernel has loaded them, and program runs per write, against golden/d1_KERNEL.txt (+5 %).
#
#   --build DIR   where bin/wiregapd and bin/wiregap_d1 are (default build/release)
#   --update      write the golden file instead: look at the difference and commit it
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=lib.sh
source "$(dirname "$0")/lib.sh"

update=()
while (($#)); do
    case $1 in
        --help) help ;;
        --build) build=$(cd "${2:?--build wants a directory}" && pwd) && shift ;;
        --update) update=(--update) ;;
        *) die "unknown option $1, --help lists them" ;;
    esac
    shift
done
need_root
need_binaries wiregapd wiregap_d1
# What this kernel refuses even to an empty program is not there to be measured.
refused_programs() {
    { "$build/bin/wiregap" doctor --json || (($? == 3)); } | python3 -c '
import json, sys
for hook in json.load(sys.stdin)["hooks"]:
    if "is refused" in hook["reason"]:
        for figure in ("instructions", "verified"):
            print("skip", figure + "." + hook["program"], hook["reason"])'
}
kernel=$(uname -r | grep -oE '^[0-9]+\.[0-9]+')
{
    "$build/bin/wiregap_d1" --wiregapd "$build/bin/wiregapd" --config "$repo/config.yaml" --out "$out/d1"
    refused_programs
} |
    "$here/golden.sh" D1 "$here/golden/d1_$kernel.txt" "${update[@]}"
