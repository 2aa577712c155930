// SPDX-License-Identifier: Apache-2.0
// Lines of CLIENT LIST, as Redis 5 to 8 and Valkey print them: read by name, whatever their order.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace wiregap::backlog {

/// Which of client-output-buffer-limit's three lines counts for it.
enum class ClientKind : std::uint8_t { normal, replica, pubsub };
inline constexpr std::size_t client_kinds = 3;

struct ClientLine {
    std::uint64_t id = 0;
    std::string peer;   ///< "127.0.0.1:40000", "[::1]:40000"
    std::string local;  ///< empty before Redis 6.2
    /// Reply bytes in the server: obl + omem. The server says no exact number: blocks of the list
    /// count as allocated, and what was already written of the first is in it (networking.c,
    /// getClientOutputBufferMemoryUsage). 0 where nothing waits: no block, and no write that was
    /// short.
    std::uint64_t backlog_bytes = 0;
    bool has_backlog = false;  ///< the server says what waits, be it nothing
    bool waits = false;        ///< its last write was short: it waits for EPOLLOUT (events=rw)
    ClientKind kind = ClientKind::normal;
};

/// Nothing for a line that is none of a TCP client (unix sockets have a path for an address).
std::optional<ClientLine> parse_client_line(std::string_view line);

}  // namespace wiregap::backlog
