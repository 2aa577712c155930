// SPDX-License-Identifier: Apache-2.0
// What is given back once the programs are attached.
#pragma once

#include <string>

namespace wiregap::kernel {

struct Needs {
    bool polling = false;        ///< owners are read from /proc/PID/fd of other users
    bool rereads_files = false;  ///< certificates, which may be another user's
};

/// Drops every capability that is not needed any more, from this thread and those it starts later.
/// Returns one line for the log: what was dropped, what was kept, and why. Throws
/// std::runtime_error if the kernel refuses (a seccomp filter without capset).
std::string drop_capabilities(const Needs& needs);

}  // namespace wiregap::kernel
