// SPDX-License-Identifier: Apache-2.0
// A clock's reading as one number.
#pragma once

#include <cstdint>
#include <ctime>

namespace wiregap::util {

/// Nanoseconds of CLOCK_MONOTONIC, CLOCK_REALTIME, CLOCK_THREAD_CPUTIME_ID, ..
inline std::uint64_t clock_ns(clockid_t clock) noexcept {
    timespec now{};
    clock_gettime(clock, &now);
    return static_cast<std::uint64_t>(now.tv_sec) * 1'000'000'000 +
           static_cast<std::uint64_t>(now.tv_nsec);
}

}  // namespace wiregap::util
