// SPDX-License-Identifier: Apache-2.0
// The embedded RESP server as a tick saw it.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "daemon/model/histogram.h"

namespace wiregap::model {

/// The way of one reply: produced, written, transmitted, acknowledged.
inline constexpr std::size_t reply_stages = 3;
inline constexpr std::array<std::string_view, reply_stages> reply_stage_names = {
    "backlog", "send_queue", "in_flight"};

/// One who knows reply backlogs (daemon/backlog).
struct BacklogSource {
    std::string name;
    bool up = false;
    double poll_seconds = 0;  ///< how long it took to ask
    std::uint64_t unmatched_connections =
        0;  ///< with a backlog, and of no service that is observed
    /// Clients that the server has cut off for output beyond their limit, since it began; absent
    /// where it does not count them.
    std::optional<std::uint64_t> cut_off{};
};

/// Comparisons of the back end's figures with the embedded server's own sockets.
inline constexpr std::array<std::string_view, 5> self_check_fields = {
    "notsent", "unacked", "acked", "send_buffer_used", "send_buffer_limit"};
struct SelfCheck {
    std::uint64_t comparisons = 0;
    std::array<std::uint64_t, self_check_fields.size()> mismatches{};
};

struct RespServer {
    std::uint64_t clients = 0;
    std::uint64_t commands = 0;
    std::uint64_t connections = 0;  ///< accepted since the start
    std::uint64_t rejected = 0;     ///< over the limit of clients, or no descriptor left
    std::vector<std::pair<std::string, std::uint64_t>> cut_off;  ///< by reason
    std::uint64_t wrong_passwords = 0;
    std::uint64_t keyspace_bytes = 0;
    std::uint64_t memory_bytes = 0;  ///< of everything that clients can make grow
    std::uint64_t memory_limit_bytes = 0;
    std::uint64_t backlog_bytes = 0;
    Histogram turns;  ///< of the server's work, from waking up to sleeping
    std::array<Histogram, reply_stages> stages;
    std::uint64_t followed_lost = 0;  ///< replies whose time stamps did not come
    SelfCheck self_check;
};

}  // namespace wiregap::model
