// SPDX-License-Identifier: Apache-2.0
#include "daemon/resp/client_kill.h"

#include <optional>
#include <string>
#include <string_view>

#include "daemon/resp/engine.h"
#include "daemon/resp/numbers.h"

namespace wiregap::resp {
namespace {

struct Filter {
    std::optional<std::uint64_t> id;
    std::optional<std::string_view> peer;
    std::optional<std::string_view> local;
    std::optional<bool> pubsub;
    bool nobody = false;  ///< a user or type that no client here has
    bool skip_me = true;

    [[nodiscard]] bool takes(const Session& s, const Session& me) const {
        return !nobody && (!id || s.id == *id) && (!peer || s.peer == *peer) &&
               (!local || s.local == *local) && (!pubsub || s.subscribed() == *pubsub) &&
               !(skip_me && &s == &me);
    }
};

/// Adds one "NAME value"; an error text if it can't be used.
std::string_view add(Filter& filter, const Call& call, std::size_t at) {
    const std::string_view value = call.args[at + 1];
    if (call.asks(at, "ID")) {
        const auto id = to_integer(value);
        if (!id || *id <= 0) return "ERR client-id should be greater than 0";
        filter.id = static_cast<std::uint64_t>(*id);
    } else if (call.asks(at, "ADDR")) {
        filter.peer = value;
    } else if (call.asks(at, "LADDR")) {
        filter.local = value;
    } else if (call.asks(at, "USER")) {
        filter.nobody = value != "default";
    } else if (call.asks(at, "TYPE")) {
        filter.pubsub = is_word(value, "PUBSUB");
        filter.nobody = !*filter.pubsub && !is_word(value, "NORMAL");
    } else if (call.asks(at, "SKIPME")) {
        filter.skip_me = is_word(value, "YES");
        if (!filter.skip_me && !is_word(value, "NO")) return "ERR syntax error";
    } else {
        return "ERR syntax error";
    }
    return {};
}

std::int64_t kill(Call& call, const Filter& filter) {
    std::int64_t count = 0;
    for (const auto& [id, session] : call.engine.sessions()) {
        if (session->ending() || !filter.takes(*session, call.session)) continue;
        ++count;
        if (session.get() == &call.session) {
            session->close_after_reply = true;  // it still gets its answer
        } else {
            call.engine.cut_off(*session, CutOff::killed);
        }
    }
    return count;
}

}  // namespace

void client_kill(Call& call) {
    Filter filter;
    if (call.args.size() == 3) {
        filter.peer = call.args[2];
        filter.skip_me = false;
        if (kill(call, filter) > 0) {
            call.reply.ok();
        } else {
            call.reply.error("ERR No such client");
        }
        return;
    }
    if (call.args.size() % 2 != 0) {
        call.syntax_error();
        return;
    }
    for (std::size_t i = 2; i < call.args.size(); i += 2) {
        const std::string_view error = add(filter, call, i);
        if (!error.empty()) {
            call.reply.error(error);
            return;
        }
    }
    call.reply.integer(kill(call, filter));
}

}  // namespace wiregap::resp
