// SPDX-License-Identifier: Apache-2.0
// CLIENT: who is connected, and how this client wants it.
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "daemon/resp/client_kill.h"
#include "daemon/resp/client_line.h"
#include "daemon/resp/engine.h"
#include "daemon/resp/identity.h"
#include "daemon/resp/numbers.h"
#include "daemon/resp/subcommand.h"

namespace wiregap::resp {
namespace {

void id(Call& call) { call.reply.integer(static_cast<std::int64_t>(call.session.id)); }

void info(Call& call) { call.reply.text(client_line(call.engine, call.session) + "\n"); }

/// Lines of clients, some per turn of the loop: 10,000 of them take longer than one may.
class Listing {
  public:
    Listing(Engine& engine, std::optional<bool> pubsub) : engine_(engine), pubsub_(pubsub) {}

    bool operator()(Session& asker) {
        constexpr int per_turn = 256;
        auto at = engine_.sessions().lower_bound(next_id_);
        for (int i = 0; i < per_turn && at != engine_.sessions().end(); ++i, ++at) {
            const Session& session = *at->second;
            next_id_ = session.id + 1;
            if (pubsub_ && session.subscribed() != *pubsub_) continue;
            text_ += client_line(engine_, session) + "\n";
        }
        if (at != engine_.sessions().end()) return false;
        asker.reply().text(text_);
        return true;
    }

  private:
    Engine& engine_;
    std::optional<bool> pubsub_;
    std::uint64_t next_id_ = 0;
    std::string text_;
};

void list_ids(Call& call) {
    std::string text;
    for (std::size_t i = 3; i < call.args.size(); ++i) {
        const auto wanted = to_integer(call.args[i]);
        if (!wanted || *wanted <= 0) {
            call.reply.error("ERR Invalid client ID");
            return;
        }
        const auto found = call.engine.sessions().find(static_cast<std::uint64_t>(*wanted));
        if (found == call.engine.sessions().end()) continue;
        text += client_line(call.engine, *found->second) + "\n";
    }
    call.reply.text(text);
}

void list(Call& call) {
    std::optional<bool> pubsub;
    if (call.args.size() > 3 && call.asks(2, "ID")) {
        list_ids(call);
        return;
    }
    if (call.args.size() == 4 && call.asks(2, "TYPE")) {
        if (!call.asks(3, "NORMAL") && !call.asks(3, "PUBSUB")) {
            call.reply.error("ERR Unknown client type '" + std::string(call.args[3]) + "'");
            return;
        }
        pubsub = call.asks(3, "PUBSUB");
    } else if (call.args.size() != 2) {
        call.syntax_error();
        return;
    }
    Listing listing(call.engine, pubsub);
    if (listing(call.session)) return;
    call.session.unfinished = std::move(listing);
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

void set_info(Call& call) {
    const bool is_version = call.asks(2, "LIB-VER");
    if (!is_version && !call.asks(2, "LIB-NAME")) {
        call.reply.error("ERR Unrecognized option '" + std::string(call.args[2]) + "'");
    } else if (!is_name(call.args[3])) {
        call.reply.error("ERR " + lower(call.args[2]) +
                         " cannot contain spaces, newlines or special characters.");
    } else {
        (is_version ? call.session.lib_version : call.session.lib_name) = call.args[3];
        call.reply.ok();
    }
}

void set_switch(Call& call, bool& value) {
    const auto on = call.on_or_off(2);
    if (!on) {
        call.syntax_error();
        return;
    }
    value = *on;
    call.reply.ok();
}

void no_evict(Call& call) { set_switch(call, call.session.no_evict); }
void no_touch(Call& call) { set_switch(call, call.session.no_touch); }

void reply_mode(Call& call) {
    Session& session = call.session;
    if (call.asks(2, "ON")) {
        session.reply_mode = ReplyMode::on;
        session.out.mute(false);
        call.reply.ok();
    } else if (call.asks(2, "OFF")) {
        session.reply_mode = ReplyMode::off;
    } else if (call.asks(2, "SKIP")) {
        // Of this command and the next one; while all are off it means nothing.
        if (session.reply_mode != ReplyMode::off) session.reply_mode = ReplyMode::skip_next;
    } else {
        call.syntax_error();
    }
}

constexpr Subcommand table[] = {
    {"id", 2, 2, id, "ID: number of this connection."},
    {"info", 2, 2, info, "INFO: this connection as LIST shows it."},
    {"list", 2, -1, list, "LIST [ID id ..|TYPE normal|pubsub]: one line per connection."},
    {"kill", 3, -1, client_kill, "KILL addr | KILL ID|ADDR|LADDR|TYPE|USER|SKIPME value ..: ends."},
    {"getname", 2, 2, get_name, "GETNAME: name of this connection."},
    {"setname", 3, 3, set_name, "SETNAME name: gives this connection a name."},
    {"setinfo", 4, 4, set_info, "SETINFO LIB-NAME|LIB-VER value: what library this client is."},
    {"no-evict", 3, 3, no_evict, "NO-EVICT ON|OFF: accepted; no client is ever evicted here."},
    {"no-touch", 3, 3, no_touch, "NO-TOUCH ON|OFF: accepted; keys have no access times here."},
    {"reply", 3, 3, reply_mode, "REPLY ON|OFF|SKIP: whether commands are answered."},
};

void client(Call& call) { run_subcommand(call, "client", table); }

// clang-format off
constexpr Command commands[] = {
    {"client", -2, flag_admin, 0, 0, 0, client, "connection", "Lists, names and ends connections."},
};
// clang-format on

}  // namespace

std::span<const Command> client_commands() { return commands; }

}  // namespace wiregap::resp
