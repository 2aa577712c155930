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
    /// A request in parts, and so one argument, may be this large.
    std::size_t query_buffer_bytes = 16 * mib;
    /// Reply backlog above which a client is cut off at once.
    std::size_t output_hard_bytes = 32 * mib;
    /// Reply backlog above which a client is cut off if it stays there for output_soft_seconds.
    std::size_t output_soft_bytes = 8 * mib;
    std::uint32_t output_soft_seconds = 60;
    /// Reply backlog above which no more requests are read from a client, until it is at half.
    std::size_t pause_reading_bytes = mib;
    /// Keys, values and subscriptions together; commands that add are refused above it.
    std::size_t keyspace_bytes = 64 * mib;
    /// One reply in this many is followed through the send queue to its ACK; 1: each, 0: none.
    std::uint32_t follow_one_reply_in = 64;
};

// Not configurable: each bounds the work of one turn of the loop.
inline constexpr std::size_t max_arguments = 65536;        ///< of one request
inline constexpr std::size_t max_reply_elements = 65536;   ///< of one reply
inline constexpr std::size_t write_turn_bytes = 64 * kib;  ///< per client
inline constexpr std::size_t read_turn_bytes = 64 * kib;   ///< per client
inline constexpr unsigned turn_commands = 4096;            ///< all clients together
inline constexpr unsigned client_turn_commands = 512;
inline constexpr unsigned turn_flushes = 256;    ///< clients that are written to
inline constexpr std::size_t turn_frees = 8192;  ///< elements of deleted values

}  // namespace wiregap::resp
