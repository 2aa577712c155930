#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Usage: page.sh BUILD_DIR
# The page in a headless Chromium (page.py); its screenshots are kept in BUILD_DIR/page.
set -euo pipefail
here=$(dirname "$0")
# shellcheck source=tests/e2e/lib.sh
source "$here/lib.sh"
command -v chromium >/dev/null || { echo "there is no chromium: deploy/install-deps.sh --tests" && exit 1; }
# Each tick has a walk, however many sockets the tests before have left behind: figures are of the tick they are shown at.
start_daemon 19587 'limits: {sweep_cpu_ratio: 1}'
export TMPDIR=$work
check 'the page in Chromium' "$here/page.py" "$url" "$build/page" "$here/../../exporters/web/page"
stop_daemon
summary
