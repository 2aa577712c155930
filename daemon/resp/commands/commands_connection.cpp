// SPDX-License-Identifier: Apache-2.0
// What a connection begins and ends with.
#include <string>

#include "daemon/resp/commands/command.h"
#include "daemon/resp/commands/engine.h"
#include "daemon/resp/commands/identity.h"
#include "daemon/resp/protocol/numbers.h"

namespace wiregap::resp {
namespace {

void ping(Call& call) {
    if (call.args.size() > 2) {
        call.wrong_arity("ping");
    } else if (call.session.protocol < 3 && call.session.subscribed()) {
        call.reply.array(2);
        call.reply.bulk("pong");
        call.reply.bulk(call.args.size() == 2 ? call.args[1] : std::string_view());
    } else if (call.args.size() == 2) {
        call.reply.bulk(call.args[1]);
    } else {
        call.reply.status("PONG");
    }
}

void echo(Call& call) { call.reply.bulk(call.args[1]); }

void quit(Call& call) {
    call.reply.ok();
    call.session.close_after_reply = true;
}

void select(Call& call) {
    const auto index = to_integer(call.args[1]);
    if (!index) {
        call.not_integer();
    } else if (*index != 0) {
        call.reply.error("ERR DB index is out of range");
    } else {
        call.reply.ok();
    }
}

/// False, and the error is said, if the words are not the user and the password.
bool log_in(Call& call, std::string_view user, std::string_view password) {
    const Engine::Login login =
        user == "default" ? call.engine.log_in(call.session, password) : Engine::Login::wrong;
    if (login == Engine::Login::right) return true;
    ++call.engine.statistics.errors;
    call.reply.error(login == Engine::Login::wrong
                         ? "WRONGPASS invalid username-password pair or user is disabled."
                         : "ERR too many wrong passwords lately; try again in a second");
    return false;
}

void auth(Call& call) {
    if (call.args.size() > 3) {
        call.syntax_error();
        return;
    }
    const bool with_user = call.args.size() == 3;
    if (!with_user && !call.engine.needs_password()) {
        call.reply.error(
            "ERR AUTH <password> called without any password configured for the default user. Are "
            "you sure your configuration is correct?");
        return;
    }
    if (log_in(call, with_user ? call.args[1] : "default", call.args.back())) call.reply.ok();
}

void say_hello(Call& call) {
    call.reply.map(7);
    call.reply.bulk("server");
    call.reply.bulk("redis");  // what clients know and look for
    call.reply.bulk("version");
    call.reply.bulk(followed_version);
    call.reply.bulk("proto");
    call.reply.integer(call.session.protocol);
    call.reply.bulk("id");
    call.reply.integer(static_cast<std::int64_t>(call.session.id));
    call.reply.bulk("mode");
    call.reply.bulk("standalone");
    call.reply.bulk("role");
    call.reply.bulk("master");
    call.reply.bulk("modules");
    call.reply.array(0);
}

/// The protocol that HELLO asks for, the one in force if it names none; 0 after an error.
unsigned asked_protocol(Call& call) {
    if (call.args.size() < 2) return call.session.protocol;
    const auto asked = to_integer(call.args[1]);
    if (asked && *asked >= 2 && *asked <= 3) return static_cast<unsigned>(*asked);
    call.reply.error(asked ? "NOPROTO unsupported protocol version"
                           : "ERR Protocol version is not an integer or out of range");
    return 0;
}

void hello(Call& call) {
    Session& session = call.session;
    const unsigned protocol = asked_protocol(call);
    if (protocol == 0) return;
    std::string_view name;
    bool named = false;
    for (std::size_t i = 2; i < call.args.size(); ++i) {
        const std::size_t left = call.args.size() - 1 - i;
        if (call.asks(i, "AUTH") && left >= 2) {
            if (!log_in(call, call.args[i + 1], call.args[i + 2])) return;
            i += 2;
        } else if (call.asks(i, "SETNAME") && left >= 1) {
            name = call.args[++i];
            named = true;
        } else {
            call.reply.error("ERR Syntax error in HELLO option '" + std::string(call.args[i]) +
                             "'");
            return;
        }
    }
    if (!call.engine.admitted(session)) {
        call.reply.error(
            "NOAUTH HELLO must be called with the client already authenticated, otherwise the "
            "HELLO <proto> AUTH <user> <pass> option can be used to authenticate the client and "
            "select the RESP protocol version at the same time");
        return;
    }
    if (named && !is_name(name)) {
        call.reply.error(name_error);
        return;
    }
    if (named) session.name = name;
    session.protocol = protocol;
    call.reply.set_protocol(protocol);
    say_hello(call);
}

void reset(Call& call) {
    Session& session = call.session;
    call.engine.pubsub.forget(session);
    session.protocol = 2;
    session.name.clear();
    session.reply_mode = ReplyMode::on;
    session.logged_in = false;
    call.engine.admit(session);
    call.reply.mute(false);
    call.reply.set_protocol(2);
    call.reply.status("RESET");
}

constexpr unsigned any_time = flag_no_auth | flag_fast;
// clang-format off
constexpr Command table[] = {
    {"ping", -1, flag_fast | flag_subscribed, 0, 0, 0, ping, "Answers PONG, or the text."},
    {"echo", 2, flag_fast, 0, 0, 0, echo, "Answers the text."},
    {"quit", -1, any_time | flag_subscribed, 0, 0, 0, quit, "Ends the connection after the reply."},
    {"select", 2, flag_fast, 0, 0, 0, select, "Chooses the database; there is one, 0."},
    {"auth", -2, any_time, 0, 0, 0, auth, "Says the password."},
    {"hello", -1, any_time, 0, 0, 0, hello, "Chooses RESP2 or RESP3, says password and name."},
    {"reset", 1, any_time | flag_subscribed, 0, 0, 0, reset, "Makes the connection as new."},
};
// clang-format on

}  // namespace

CommandGroup connection_commands() { return {"connection", table}; }

}  // namespace wiregap::resp
