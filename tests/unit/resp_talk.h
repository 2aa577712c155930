// SPDX-License-Identifier: Apache-2.0
// An engine without sockets, and somebody who talks to it.
#pragma once

#include <array>
#include <string>
#include <string_view>

#include "daemon/resp/commands/engine.h"

namespace wiregap::test {

/// Everything that a session was answered, and forgets it.
inline std::string taken(resp::Session& session) {
    std::string text;
    std::array<iovec, 8> room{};
    while (session.out.pending() > 0) {
        std::size_t bytes = 0;
        for (const iovec& part : session.out.front(room, SIZE_MAX)) {
            text.append(static_cast<const char*>(part.iov_base), part.iov_len);
            bytes += part.iov_len;
        }
        session.out.written(bytes);
    }
    return text;
}

class Talk {
  public:
    explicit Talk(const resp::Limits& limits = {}, const std::string& password = "")
        : engine(limits, password) {
        at(1'000'000);
    }
    /// Answer to these bytes, as they came over the wire.
    std::string raw(std::string_view bytes) { return raw(me, bytes); }
    std::string raw(resp::Session& session, std::string_view bytes) {
        session.unparsed.append(bytes);
        for (;;) {
            resp::Turn turn;
            const auto progress = engine.serve(session, session.unparsed.view(), 1000, turn);
            session.unparsed.drop(progress.consumed);
            if (!progress.blocked || session.ending()) return taken(session);
        }
    }
    /// Answer to an inline command; the line's end is added.
    std::string operator()(std::string_view line) { return raw(std::string(line) + "\r\n"); }

    /// It is this time now, by every clock.
    void at(std::int64_t ms) { engine.begin_turn(ms, ms); }
    /// Another client that talks to the same engine, who may change nothing.
    resp::Session& stranger() { return engine.open(); }

    resp::Engine engine;
    /// Root on the unix socket: may do everything.
    resp::Session& me = trusted();

  private:
    resp::Session& trusted() {
        resp::Session& session = engine.open();
        session.trusted = true;
        engine.admit(session);
        return session;
    }
};

}  // namespace wiregap::test
