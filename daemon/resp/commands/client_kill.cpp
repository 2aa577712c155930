// SPDX-License-Identifier: Apache-2.0
#include "daemon/resp/commands/client_kill.h"

#include "daemon/resp/commands/engine.h"
#include "daemon/resp/protocol/numbers.h"

namespace wiregap::resp {
namespace {

/// Who is meant: all that are named must be true.
struct Filter {
    std::optional<std::uint64_t> id;
    std::optional<std::string_view> peer;
    std::optional<std::string_view> local;
    std::optional<ClientType> type;
    bool skip_me = true;

    [[nodiscard]] bool takes(const Session& s, const Session& me) const {
        return (!id || s.id == *id) && (!peer || s.peer == *peer) &&
               (!local || s.local == *local) && (!type || is_of(s, *type)) &&
               !(skip_me && &s == &me);
    }
};

/// Adds one "NAME value"; an error text if it can't be used.
std::string add(Filter& filter, const Call& call, std::size_t at) {
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
        if (value != "default")
            return "ERR No such user '" + std::string(value.substr(0, 128)) + "'";
    } else if (call.asks(at, "TYPE")) {
        filter.type = client_type(value);
        if (!filter.type) return unknown_type(value);
    } else if (call.asks(at, "SKIPME") && (is_word(value, "YES") || is_word(value, "NO"))) {
        filter.skip_me = is_word(value, "YES");
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

/// Whoever it is, to end oneself is no privilege.
bool may_kill(Call& call, const Filter& filter) {
    const Session& me = call.session;
    const bool only_me = !filter.skip_me && ((filter.id && *filter.id == me.id) ||
                                             (filter.peer && me.tcp && *filter.peer == me.peer));
    return only_me || call.may_change();
}

}  // namespace

std::optional<ClientType> client_type(std::string_view word) noexcept {
    if (is_word(word, "NORMAL")) return ClientType::normal;
    if (is_word(word, "PUBSUB")) return ClientType::pubsub;
    for (const std::string_view other : {"REPLICA", "SLAVE", "MASTER"}) {
        if (is_word(word, other)) return ClientType::replication;
    }
    return {};
}

std::string unknown_type(std::string_view word) {
    return "ERR Unknown client type '" + std::string(word.substr(0, 128)) + "'";
}

bool is_of(const Session& session, ClientType type) noexcept {
    return type != ClientType::replication && session.subscribed() == (type == ClientType::pubsub);
}

void client_kill(Call& call) {
    Filter filter;
    if (call.args.size() == 3) {
        filter.peer = call.args[2];
        filter.skip_me = false;
        if (!may_kill(call, filter)) return;
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
        const std::string error = add(filter, call, i);
        if (!error.empty()) {
            call.reply.error(error);
            return;
        }
    }
    if (may_kill(call, filter)) call.reply.integer(kill(call, filter));
}

}  // namespace wiregap::resp
