// SPDX-License-Identifier: Apache-2.0
// Commands that are a family: CLIENT ID, CLIENT LIST, ..
#pragma once

#include <span>
#include <string_view>

#include "daemon/resp/command.h"

namespace wiregap::resp {

struct Subcommand {
    std::string_view name;  ///< in small letters
    int least;              ///< arguments, with both names
    int most;               ///< -1: any number
    void (*run)(Call&);
    std::string_view help;  ///< one line
};

/// Runs the one that args[1] names, answers HELP, or says what is wrong.
void run_subcommand(Call& call, std::string_view family, std::span<const Subcommand> table);

}  // namespace wiregap::resp
