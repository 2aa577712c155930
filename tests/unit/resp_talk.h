// SPDX-License-Identifier: Apache-2.0
// An engine without sockets, and somebody who talks to it.
#pragma once

#include <array>
#include <string>
#include <string_view>

#include "daemon/resp/engine.h"

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
        engine.keys.set_now_ms(1'000'000);
    }
    /// Answer to these bytes, as they came over the wire.
    std::string raw(std::string_view bytes) { return raw(me, bytes); }
    std::string raw(resp::Session& session, std::string_view bytes) {
        session.unparsed.append(bytes);
        for (;;) {
            const auto progress = engine.serve(session, session.unparsed.view(), 1000);
            session.unparsed.drop(progress.consumed);
            while (engine.go_on(session)) {
            }
            if (!progress.blocked || session.ending()) return taken(session);
        }
    }
    /// Answer to an inline command; the line's end is added.
    std::string operator()(std::string_view line) { return raw(std::string(line) + "\r\n"); }

    resp::Engine engine;
    resp::Session& me = engine.open();
};

}  // namespace wiregap::test
