// SPDX-License-Identifier: Apache-2.0
// How the command ends. Documented in --help and in wiregap.1.
#pragma once

#include <stdexcept>

namespace wiregap::cli {

enum Exit : int {
    exit_ok = 0,
    exit_failed = 1,   ///< the daemon can't be reached, or answered with an error
    exit_usage = 2,    ///< the command line is wrong
    exit_missing = 3,  ///< doctor: something is missing that costs features
    exit_unknown = 4,  ///< explain: nothing is known by that name
};

/// Ends the command with exit_failed; what() is the one line that the user reads.
class Failure : public std::runtime_error {
  public:
    using std::runtime_error::runtime_error;
};

}  // namespace wiregap::cli
