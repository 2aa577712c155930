// SPDX-License-Identifier: Apache-2.0
// `wiregap top`: live on the whole terminal, or one frame as text or JSON.
#pragma once

#include <iosfwd>

#include "daemon/cli/options.h"

namespace wiregap::cli {

/// Until q, or one frame to `out` (--once, --json). Throws Failure if the daemon can't be reached
/// at the start, or if there is no terminal to live on.
void run_top(const Options& options, std::ostream& out);

}  // namespace wiregap::cli
