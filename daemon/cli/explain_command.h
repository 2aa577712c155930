// SPDX-License-Identifier: Apache-2.0
// `wiregap explain WHAT`: the daemon's sentences.
#pragma once

#include <string>

#include "daemon/cli/api_client.h"
#include "daemon/cli/options.h"

namespace wiregap::cli {

struct Explained {
    std::string text;     ///< for standard output
    std::string problem;  ///< one line for standard error; empty if something was found
    int exit_code = 0;    ///< exit_unknown where nothing is known by that name
};

/// Asks the daemon. Throws Failure if there is no good answer.
Explained run_explain(const Options& options);

/// width: columns to fit the sentences to; 0: one line each.
Explained render_explain(const Json& document, bool as_json, std::size_t width);

}  // namespace wiregap::cli
