// SPDX-License-Identifier: Apache-2.0
// One way to say that a system call failed.
#pragma once

#include <cerrno>
#include <string>
#include <system_error>

namespace wiregap::bench {

/// Throws std::system_error with the calling thread's errno: "connect: Connection refused".
[[noreturn]] inline void throw_errno(const std::string& what) {
    throw std::system_error(errno, std::generic_category(), what);
}

/// Passes a system call's result through, or throws when it is -1.
template <typename Result>
Result checked(Result result, const char* what) {
    if (result < 0) throw_errno(what);
    return result;
}

}  // namespace wiregap::bench
