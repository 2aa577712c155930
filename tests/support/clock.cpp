// SPDX-License-Identifier: Apache-2.0
#include "tests/support/clock.h"

#include <cerrno>
#include <ctime>

namespace wiregap {
inline namespace support {

void sleep_ns(std::uint64_t ns) noexcept {
    timespec left{static_cast<time_t>(ns / second), static_cast<long>(ns % second)};
    while (nanosleep(&left, &left) < 0 && errno == EINTR) {
    }
}

void wait_until_ns(std::uint64_t deadline_ns) noexcept {
    constexpr std::uint64_t spin_ns = 2 * ms;  // a sleep can end late by about this much
    const std::uint64_t now = now_ns();
    if (deadline_ns > now + spin_ns) sleep_ns(deadline_ns - now - spin_ns);
    while (now_ns() < deadline_ns) {
    }
}

}  // namespace support
}  // namespace wiregap
