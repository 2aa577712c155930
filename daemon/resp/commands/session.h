// SPDX-License-Identifier: Apache-2.0
// One client as the commands see it. Knows no socket: the server moves its bytes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <set>
#include <string>
#include <string_view>

#include "daemon/resp/commands/limits.h"
#include "daemon/resp/protocol/parser.h"
#include "daemon/resp/protocol/query_buffer.h"
#include "daemon/resp/protocol/reply.h"
#include "daemon/resp/protocol/reply_buffer.h"

namespace wiregap::resp {

struct Command;
class Connection;

enum class ReplyMode : std::uint8_t { on, off, skip_next, skip_this };

/// Why the server cut a client off.
enum class CutOff : std::uint8_t {
    none,
    output_hard,
    output_soft,
    query_buffer,
    memory,  ///< it was the largest when all together took too much
    idle,
    unauthenticated,  ///< no password in time
    http,             ///< it is a browser
    killed,
};
inline constexpr std::size_t cut_offs = 9;

struct Session {
    /// Memory of a client that has nothing: this, its connection, its places in lists.
    static constexpr std::size_t own_bytes = 1536;

    Session(std::uint64_t number, const Limits& limits, Budget& budget)
        : id(number),
          parser(limits.query_buffer_bytes),
          unparsed(budget),
          out(budget, limits.output_hard_bytes),
          own(budget),
          parsing(budget) {
        own.set(own_bytes);
    }
    Session(const Session&) = delete;
    Session& operator=(const Session&) = delete;

    const std::uint64_t id;
    Parser parser;
    QueryBuffer unparsed;  ///< requests that are incomplete, or wait for their turn
    ReplyBuffer out;
    Share own;      ///< its subscriptions, too
    Share parsing;  ///< of the parser

    unsigned protocol = 2;
    bool trusted = false;    ///< a unix socket's peer that is root or the daemon's own user
    bool logged_in = false;  ///< it has said the password
    bool tcp = false;
    ReplyMode reply_mode = ReplyMode::on;
    std::string name;
    std::string peer;  ///< "127.0.0.1:40000", "/run/x.sock:0"
    std::string local;
    int fd = -1;               ///< for CLIENT LIST only
    std::uint64_t cookie = 0;  ///< the kernel's name of the socket; 0: none
    std::set<std::string, std::less<>> channels;
    std::set<std::string, std::less<>> patterns;

    std::int64_t since_ms = 0;   ///< CLOCK_MONOTONIC, as all below
    std::int64_t active_ms = 0;  ///< last time bytes came
    const Command* last = nullptr;
    std::string_view last_sub;            ///< static text
    std::int64_t over_soft_since_ms = 0;  ///< 0: it is not over the soft limit

    bool has_output = false;         ///< it is in the engine's list of those with replies to write
    bool writes_when_ready = false;  ///< EPOLLOUT is armed
    bool close_after_reply = false;
    CutOff cut_off = CutOff::none;

    /// The reply that is followed to its ACK: place after its last byte (0: none), and when it was
    /// produced, CLOCK_REALTIME as the kernel's time stamps.
    std::uint64_t followed_end = 0;
    std::uint64_t followed_produced_ns = 0;

    Connection* connection = nullptr;  ///< the server's; nothing here looks into it

    /// It may change the server and other clients.
    [[nodiscard]] bool privileged() const { return trusted || logged_in; }
    [[nodiscard]] bool subscribed() const { return !channels.empty() || !patterns.empty(); }
    [[nodiscard]] bool ending() const { return close_after_reply || cut_off != CutOff::none; }
    /// What the budget's bound would gain if it went.
    [[nodiscard]] std::size_t weight() const {
        return unparsed.capacity() + out.weight() + own.bytes() + parsing.bytes();
    }
    [[nodiscard]] Reply reply() { return {out, protocol}; }
};

}  // namespace wiregap::resp
