// SPDX-License-Identifier: Apache-2.0
// `wiregap services` and `wiregap connections`.
#pragma once

#include <string>

#include "daemon/cli/options.h"

namespace wiregap::cli {

/// Path and query that ask the daemon for what the options name.
std::string api_target(const Options& options);

/// Asks the daemon and returns what is to be printed. Throws Failure if there is no good answer.
std::string run_query(const Options& options);

}  // namespace wiregap::cli
