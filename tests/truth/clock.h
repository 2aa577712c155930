// SPDX-License-Identifier: Apache-2.0
// CLOCK_MONOTONIC, the clock that wiregap's snapshots and delays use.
#pragma once

#include <cstdint>

namespace wiregap::truth {

inline constexpr std::uint64_t us = 1'000;
inline constexpr std::uint64_t ms = 1'000'000;
inline constexpr std::uint64_t second = 1'000'000'000;

/// CLOCK_MONOTONIC in ns.
std::uint64_t now_ns() noexcept;
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

}  // namespace wiregap::truth
