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

/// From one moment to another; 0 where the first is the later one, as an event may be a hair
/// younger than the tick that looks at it.
constexpr std::uint64_t elapsed_ns(std::uint64_t from_ns, std::uint64_t to_ns) noexcept {
    return to_ns > from_ns ? to_ns - from_ns : 0;
}

}  // namespace wiregap::util
