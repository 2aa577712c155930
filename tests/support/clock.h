// SPDX-License-Identifier: Apache-2.0
// CLOCK_MONOTONIC, the clock that wiregap's snapshots and delays use; and a thread's CPU time.
#pragma once

#include <cstdint>

#include "daemon/util/clock.h"

namespace wiregap {
inline namespace support {

inline constexpr std::uint64_t us = 1'000;
inline constexpr std::uint64_t ms = 1'000'000;
inline constexpr std::uint64_t second = 1'000'000'000;

inline std::uint64_t now_ns() noexcept { return util::clock_ns(CLOCK_MONOTONIC); }
inline std::uint64_t thread_cpu_ns() noexcept { return util::clock_ns(CLOCK_THREAD_CPUTIME_ID); }
void sleep_ns(std::uint64_t ns) noexcept;
/// Returns as soon as the clock shows `deadline_ns`: sleeps while far away, spins for the end.
void wait_until_ns(std::uint64_t deadline_ns) noexcept;

/// Asks `condition` every `every_ns` until it holds; false if it never did within `limit_ns`.
template <typename Condition>
bool poll_until(Condition condition, std::uint64_t limit_ns, std::uint64_t every_ns = ms) {
    const std::uint64_t deadline = now_ns() + limit_ns;
    while (!condition()) {
        if (now_ns() > deadline) return false;
        sleep_ns(every_ns);
    }
    return true;
}

}  // namespace support
}  // namespace wiregap
