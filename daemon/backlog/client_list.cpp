// SPDX-License-Identifier: Apache-2.0
#include "daemon/backlog/client_list.h"

#include <charconv>

namespace wiregap::backlog {
namespace {

std::uint64_t number(std::string_view text) {
    std::uint64_t value = 0;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
}

struct Queued {
    std::uint64_t static_bytes = 0;  // obl
    std::uint64_t blocks = 0;        // oll
    std::uint64_t list_bytes = 0;    // omem
};

/// "[::ffff:127.0.0.1]:1" is 127.0.0.1:1, as the kernel's picture has it.
std::string unmapped(std::string_view address) {
    constexpr std::string_view mapped = "[::ffff:";
    const std::size_t end = address.find(']');
    if (!address.starts_with(mapped) || end == std::string_view::npos ||
        address.find('.') == std::string_view::npos)
        return std::string(address);
    const std::string_view plain = address.substr(mapped.size(), end - mapped.size());
    return std::string(plain) + std::string(address.substr(end + 1));
}

/// networking.c, getClientType: a monitor (O) is a normal client.
ClientKind kind_of(std::string_view flags) {
    if (flags.find('O') != std::string_view::npos) return ClientKind::normal;
    if (flags.find('S') != std::string_view::npos) return ClientKind::replica;
    return flags.find('P') != std::string_view::npos ? ClientKind::pubsub : ClientKind::normal;
}

void take(std::string_view name, std::string_view value, ClientLine& line, Queued& queued) {
    if (name == "id") {
        line.id = number(value);
    } else if (name == "addr") {
        line.peer = unmapped(value);
    } else if (name == "laddr") {
        line.local = unmapped(value);
    } else if (name == "obl") {
        queued.static_bytes = number(value);
    } else if (name == "flags") {
        line.kind = kind_of(value);
    } else if (name == "oll") {
        queued.blocks = number(value);
    } else if (name == "omem") {
        queued.list_bytes = number(value);
        line.has_backlog = true;
    } else if (name == "events") {
        line.waits = value.find('w') != std::string_view::npos;
    }
}

}  // namespace

std::optional<ClientLine> parse_client_line(std::string_view text) {
    ClientLine line;
    Queued queued;
    while (!text.empty()) {
        const std::size_t end = text.find(' ');
        const std::string_view field = text.substr(0, end);
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
        const std::size_t equals = field.find('=');
        if (equals == std::string_view::npos) continue;
        take(field.substr(0, equals), field.substr(equals + 1), line, queued);
    }
    constexpr std::size_t longest_address = 64;
    if (line.id == 0 || line.peer.empty() || line.peer.front() == '/') return {};
    if (line.peer.size() > longest_address || line.local.size() > longest_address) return {};
    if (line.waits || queued.blocks > 0) {
        line.backlog_bytes = queued.static_bytes + queued.list_bytes;
    }
    return line;
}

}  // namespace wiregap::backlog
