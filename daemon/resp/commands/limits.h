// SPDX-License-Identifier: Apache-2.0
// What one client, and all of them together, may take. Defaults are those of config.yaml.
#pragma once

#include <cstddef>
#include <cstdint>

namespace wiregap::resp {

inline constexpr std::size_t kib = 1024;
inline constexpr std::size_t mib = 1024 * kib;

struct Limits {
    std::uint32_t max_clients = 1024;
    std::uint32_t idle_seconds = 0;  ///< 0: a silent client may stay
    /// Everything together: requests, replies, keys, subscriptions, connections. At this bound the
    /// clients with most go first.
    std::size_t memory_bytes = 64 * mib;
    /// A request in parts, and so one argument, may be this large.
    std::size_t query_buffer_bytes = mib;
    /// Reply backlog above which a client is cut off at once.
    std::size_t output_hard_bytes = 16 * mib;
    /// Reply backlog above which a client is cut off if it stays there for output_soft_seconds.
    std::size_t output_soft_bytes = 8 * mib;
    std::uint32_t output_soft_seconds = 60;
    /// Reply backlog above which no more requests are read from a client, until it is at half.
    std::size_t pause_reading_bytes = mib;
    /// Keys and values, a part of memory_bytes; commands that add are refused above it.
    std::size_t keyspace_bytes = 32 * mib;
    /// One reply in this many is followed through the send queue to its ACK; 1: each, 0: none.
    std::uint32_t follow_one_reply_in = 64;
};

// Not configurable: each bounds what one command can take of a turn of the loop, which serves
// everybody and the tick (tests/unit/resp_time_test.cpp).
inline constexpr std::size_t max_key_bytes = 1024;
inline constexpr std::size_t max_channel_bytes = 128;  ///< of a channel's name
inline constexpr std::size_t max_pattern_bytes = 64;   ///< of a pattern of channels or parameters
inline constexpr std::size_t max_channels = 64;        ///< of one client
inline constexpr std::size_t max_client_patterns = 16;
inline constexpr std::size_t max_patterns = 128;              ///< of all clients together
inline constexpr std::size_t max_listed_clients = 1024 + 16;  ///< with root's places
inline constexpr std::int64_t max_scan_count = 1000;

}  // namespace wiregap::resp
