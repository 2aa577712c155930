// SPDX-License-Identifier: Apache-2.0
#include "daemon/model/give_up.h"

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "daemon/model/connection.h"

namespace wiregap::model {
namespace {

constexpr double least_timeout_s = 0.2;    // TCP_RTO_MIN
constexpr double longest_timeout_s = 120;  // TCP_RTO_MAX

/// So many timers from one that was doubled `backoff` times already.
double timers_s(double first_s, std::uint32_t backoff, std::uint32_t timers) {
    double sum = 0;
    for (std::uint32_t i = 0; i < timers; ++i)
        sum += std::min(std::ldexp(first_s, static_cast<int>(std::min(backoff + i, 31U))),
                        longest_timeout_s);
    return sum;
}

}  // namespace

std::optional<double> gives_up_seconds(const Connection& c, double silent_seconds) {
    const bool is_probing = c.peer_zero_window && c.unanswered_probes > 0;
    const bool is_open = c.state == established_state || c.state == close_wait_state;
    const bool sends_again = c.unacked_bytes > 0 && c.backoff > 0;
    if (!is_open || (!is_probing && !sends_again)) return std::nullopt;
    if (c.user_timeout_ms != 0)
        return std::max(0.0, static_cast<double>(c.user_timeout_ms) / 1e3 - silent_seconds);
    if (c.retries == 0) return std::nullopt;
    if (is_probing) {
        const std::uint32_t left = c.retries - std::min(c.retries, c.unanswered_probes);
        return timers_s(c.rto_us / 1e6, c.backoff, left);
    }
    return std::max(0.0, timers_s(least_timeout_s, 0, c.retries + 1) - silent_seconds);
}

}  // namespace wiregap::model
