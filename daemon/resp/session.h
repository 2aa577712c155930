// SPDX-License-Identifier: Apache-2.0
// One client as the protocol sees it. Knows no socket: the server moves its bytes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <set>
#include <string>
#include <string_view>

#include "daemon/resp/parser.h"
#include "daemon/resp/query_buffer.h"
#include "daemon/resp/reply.h"
#include "daemon/resp/reply_buffer.h"

namespace wiregap::resp {

struct Command;
class Connection;

enum class ReplyMode : std::uint8_t { on, off, skip_next, skip_this };

/// Why the server cut a client off.
enum class CutOff : std::uint8_t { none, output_hard, output_soft, query_buffer, idle, killed };

struct Session {
    Session(std::uint64_t number, std::size_t max_bulk_bytes)
        : id(number), parser(max_bulk_bytes) {}
    Session(const Session&) = delete;
    Session& operator=(const Session&) = delete;

    const std::uint64_t id;
    Parser parser;
    QueryBuffer unparsed;  ///< requests that are incomplete, or wait for their turn
    ReplyBuffer out;

    unsigned protocol = 2;
    bool authenticated = true;
    bool tcp = false;
    bool no_evict = false;
    bool no_touch = false;
    ReplyMode reply_mode = ReplyMode::on;
    std::string name;
    std::string lib_name;
    std::string lib_version;
    std::string peer;  ///< "127.0.0.1:40000", "/run/x.sock:0"
    std::string local;
    int fd = -1;               ///< for CLIENT LIST only
    std::uint64_t cookie = 0;  ///< the kernel's name of the socket; 0: none
    std::set<std::string, std::less<>> channels;
    std::set<std::string, std::less<>> patterns;

    std::int64_t since_ms = 0;   ///< CLOCK_REALTIME
    std::int64_t active_ms = 0;  ///< last time bytes came
    std::uint64_t in_bytes = 0;
    std::uint64_t commands = 0;
    const Command* last = nullptr;
    std::string_view last_sub;            ///< static text
    std::int64_t over_soft_since_ms = 0;  ///< 0: it is not over the soft limit

    bool has_output = false;         ///< it is in the engine's list of those with replies to write
    bool writes_when_ready = false;  ///< EPOLLOUT is armed
    bool holds_replies = false;      ///< DEBUG HOLD-REPLIES: nothing is written to it
    bool close_after_reply = false;
    CutOff cut_off = CutOff::none;

    /// A reply too long for one turn: called once a turn until it returns true; meanwhile nothing
    /// else of this client is executed.
    std::function<bool(Session&)> unfinished;

    /// The reply that is followed to its ACK: place after its last byte (0: none), and when it was
    /// produced, CLOCK_REALTIME as the kernel's time stamps.
    std::uint64_t followed_end = 0;
    std::uint64_t followed_produced_ns = 0;

    Connection* connection = nullptr;  ///< the server's; nothing here looks into it

    [[nodiscard]] bool subscribed() const { return !channels.empty() || !patterns.empty(); }
    [[nodiscard]] bool ending() const { return close_after_reply || cut_off != CutOff::none; }
    [[nodiscard]] Reply reply() { return {out, protocol}; }
};

}  // namespace wiregap::resp
