// SPDX-License-Identifier: Apache-2.0
// A program that is started with a listener, as a service manager starts one: this executable under
// another name.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "tests/truth/play.h"

namespace wiregap::truth {

/// What it is given. Numbers of descriptors are those in both programs.
struct Executed {
    std::vector<Act> acts;
    bool killed = false;
    int listener = -1;
    int told_out = -1;
    int told_in = -1;
    int ledger = -1;
    std::size_t place = 0;  ///< of its row
};

/// Becomes it, under this name (a program's name is the last part of the path by which it was
/// executed; fs/exec.c, begin_new_exec). Throws std::system_error.
[[noreturn]] void execute(const std::string& name, const Executed& what);

/// Whether these arguments are those of an executed program.
bool is_executed(int argc, const char* const* argv);

/// What was given. Throws std::invalid_argument.
Executed parse_executed(int argc, const char* const* argv);

}  // namespace wiregap::truth
