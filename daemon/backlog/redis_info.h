// SPDX-License-Identifier: Apache-2.0
// What a Redis or Valkey server says of itself: INFO stats and replication, and its output limits.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "daemon/backlog/client_list.h"

namespace wiregap::backlog {

struct Replicas {
    /// Addresses of those whose snapshot is awaited or sent: "127.0.0.1".
    std::set<std::string> syncing;
    std::set<std::string> online;  ///< and of those that have it
};

struct RedisInfo {
    /// client_output_buffer_limit_disconnections: since Redis 7.4 and Valkey 8.
    std::optional<std::uint64_t> cut_off;
    Replicas replicas;
    /// Hard limits in bytes by ClientKind, 0: none; absent: not known.
    std::optional<std::array<std::uint64_t, client_kinds>> limits;
};

/// "name:value" of INFO stats, and of INFO replication.
void take_stats_line(std::string_view line, RedisInfo& info);
void take_replica_line(std::string_view line, Replicas& replicas);

/// "normal 0 0 0 slave 268435456 67108864 60 pubsub 33554432 8388608 60"; another text is passed
/// over. Redis says "slave", Valkey "replica" as well.
void take_limits_line(std::string_view line, RedisInfo& info);

}  // namespace wiregap::backlog
