// SPDX-License-Identifier: Apache-2.0
// Lines of CLIENT LIST, as Redis 5 to 8 and Valkey print them: read by name, whatever their order.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace wiregap::backlog {

struct ClientLine {
    std::uint64_t id = 0;
    std::string peer;   ///< "127.0.0.1:40000", "[::1]:40000"
    std::string local;  ///< empty before Redis 6.2
    /// Reply bytes in the server: obl + omem. The server says no exact number: blocks of the list
    /// count as allocated, and what was already written of the first is in it (networking.c,
    /// getClientOutputBufferMemoryUsage). 0 where nothing waits: no block, and no write that was
    /// short.
    std::uint64_t backlog_bytes = 0;
};

/// Nothing for a line that is none of a TCP client (unix sockets have a path for an address).
std::optional<ClientLine> parse_client_line(std::string_view line);

}  // namespace wiregap::backlog
