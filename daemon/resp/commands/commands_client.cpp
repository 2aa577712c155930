// SPDX-License-Identifier: Apache-2.0
// CLIENT: who is connected, and how this client wants it.
#include <optional>
#include <string>

#include "daemon/resp/commands/client_kill.h"
#include "daemon/resp/commands/client_line.h"
#include "daemon/resp/commands/command.h"
#include "daemon/resp/commands/engine.h"
#include "daemon/resp/commands/identity.h"
#include "daemon/resp/protocol/numbers.h"

namespace wiregap::resp {
namespace {

void id(Call& call) { call.reply.integer(static_cast<std::int64_t>(call.session.id)); }

void info(Call& call) {
    std::string text;
    add_client_line(text, call.engine, call.session);
    call.reply.text(text);
}

void list_ids(Call& call) {
    std::string text;
    for (const std::string_view word : call.args.subspan(3)) {
        const auto wanted = to_integer(word);
        if (!wanted || *wanted <= 0) {
            call.reply.error("ERR Invalid client ID");
            return;
        }
        const auto found = call.engine.sessions().find(static_cast<std::uint64_t>(*wanted));
        if (found == call.engine.sessions().end()) continue;
        add_client_line(text, call.engine, *found->second);
    }
    call.reply.text(text);
}

void list(Call& call) {
    std::optional<ClientType> type;
    if (call.args.size() > 3 && call.asks(2, "ID")) {
        list_ids(call);
        return;
    }
    if (call.args.size() == 4 && call.asks(2, "TYPE")) {
        type = client_type(call.args[3]);
        if (!type) {
            call.reply.error(unknown_type(call.args[3]));
            return;
        }
    } else if (call.args.size() != 2) {
        call.syntax_error();
        return;
    }
    if (call.engine.sessions().size() > max_listed_clients) {
        call.reply.error("ERR " + std::to_string(call.engine.sessions().size()) +
                         " clients are too many for one reply; ask with LIST ID");
        return;
    }
    std::string text;
    for (const auto& [number, session] : call.engine.sessions()) {
        if (!type || is_of(*session, *type)) add_client_line(text, call.engine, *session);
    }
    call.reply.text(text);
}

void get_name(Call& call) {
    if (call.session.name.empty()) {
        call.reply.null();
    } else {
        call.reply.bulk(call.session.name);
    }
}

void set_name(Call& call) {
    if (!is_name(call.args[2])) {
        call.reply.error(name_error);
        return;
    }
    call.session.name = call.args[2];
    call.reply.ok();
}

void reply_mode(Call& call) {
    Session& session = call.session;
    if (call.asks(2, "ON")) {
        session.reply_mode = ReplyMode::on;
        call.reply.mute(false);
        call.reply.ok();
    } else if (call.asks(2, "OFF")) {
        session.reply_mode = ReplyMode::off;
        call.reply.mute(true);
    } else if (call.asks(2, "SKIP")) {
        // Of this command and the next one; while all are off it means nothing.
        if (session.reply_mode != ReplyMode::off) session.reply_mode = ReplyMode::skip_next;
    } else {
        call.syntax_error();
    }
}

constexpr int most_ids = 3 + static_cast<int>(max_listed_clients);
constexpr Subcommand table[] = {
    {"id", 2, 2, id, "ID: number of this connection."},
    {"info", 2, 2, info, "INFO: this connection as LIST shows it."},
    {"list", 2, most_ids, list, "LIST [ID id ..|TYPE normal|pubsub]: one line per connection."},
    {"kill", 3, 64, client_kill, "KILL addr | KILL ID|ADDR|LADDR|TYPE|USER|SKIPME value ..: ends."},
    {"getname", 2, 2, get_name, "GETNAME: name of this connection."},
    {"setname", 3, 3, set_name, "SETNAME name: gives this connection a name."},
    {"reply", 3, 3, reply_mode, "REPLY ON|OFF|SKIP: whether commands are answered."},
};

void client(Call& call) { run_subcommand(call, "client", table); }

// clang-format off
constexpr Command commands[] = {
    {"client", -2, flag_slow, 0, 0, 0, client, "Lists, names and ends connections."},
};
// clang-format on

}  // namespace

CommandGroup client_commands() { return {"connection", commands}; }

}  // namespace wiregap::resp
