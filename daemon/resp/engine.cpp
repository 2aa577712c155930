// SPDX-License-Identifier: Apache-2.0
#include "daemon/resp/engine.h"

#include <algorithm>
#include <utility>

#include "daemon/resp/numbers.h"
#include "daemon/util/clock.h"

namespace wiregap::resp {
namespace {

bool arity_fits(const Command& command, std::size_t count) {
    const auto given = static_cast<int>(count);
    return command.arity >= 0 ? given == command.arity : given >= -command.arity;
}

}  // namespace

Engine::Engine(const Limits& initial, std::string password)
    : limits(initial),
      keys(initial.keyspace_bytes),
      pubsub(*this, keys.meter()),
      follow_sample(initial.follow_one_reply_in),
      password_(std::move(password)) {}

Session& Engine::open() {
    const std::uint64_t id = next_id_++;
    auto session = std::make_unique<Session>(id, limits.query_buffer_bytes);
    session->authenticated = !needs_password();
    session->parser.restrict_size(needs_password());
    session->since_ms = session->active_ms = keys.now_ms();
    ++statistics.connections;
    return *(sessions_[id] = std::move(session));
}

void Engine::close(Session& session) {
    pubsub.forget(session);
    std::erase(with_output_, &session);
    sessions_.erase(session.id);
}

Engine::Progress Engine::serve(Session& session, std::string_view bytes, unsigned most) {
    Progress progress;
    while (progress.consumed < bytes.size()) {
        if (session.ending() || session.unfinished || over_pause(session) ||
            progress.commands == most) {
            progress.blocked = true;
            return progress;
        }
        const Parser::Status status = session.parser.next(bytes.substr(progress.consumed));
        if (status == Parser::Status::need_more) return progress;
        if (status == Parser::Status::bad) {
            session.reply().error("ERR " + session.parser.error());
            session.close_after_reply = true;
            progress.consumed = bytes.size();
            produced(session);
            return progress;
        }
        progress.consumed += session.parser.consumed();
        if (session.parser.arguments().empty()) continue;
        execute(session, session.parser.arguments());
        ++progress.commands;
    }
    return progress;
}

void Engine::execute(Session& session, Arguments args) {
    ++session.commands;
    ++statistics.commands;
    if (session.reply_mode == ReplyMode::skip_next) session.reply_mode = ReplyMode::skip_this;
    session.out.mute(session.reply_mode != ReplyMode::on);
    Call call{*this, session, args, session.reply(), keys};
    const Command* const command = find_command(args[0]);
    if (command == nullptr) {
        unknown(call);
    } else if (!refuse(*command, call)) {
        session.last = command;
        session.last_sub = {};
        command->run(call);
    }
    if (session.out.muted()) session.unfinished = nullptr;
    if (session.reply_mode == ReplyMode::skip_this) session.reply_mode = ReplyMode::on;
    session.out.mute(false);
    produced(session);
}

bool Engine::refuse(const Command& command, Call& call) {
    const Session& session = call.session;
    if (!session.authenticated && (command.flags & flag_no_auth) == 0) {
        call.reply.error("NOAUTH Authentication required.");
    } else if (!arity_fits(command, call.args.size())) {
        call.wrong_arity(command.name);
    } else if ((command.flags & flag_denyoom) != 0 && keys.full()) {
        call.reply.error("OOM command not allowed when used memory > 'maxmemory'.");
    } else if (session.protocol < 3 && (command.flags & flag_subscribed) == 0 &&
               session.subscribed()) {
        call.reply.error("ERR Can't execute '" + std::string(command.name) +
                         "': only (P|S)SUBSCRIBE / (P|S)UNSUBSCRIBE / PING / QUIT / RESET are "
                         "allowed in this context");
    } else {
        return false;
    }
    ++statistics.errors;
    return true;
}

void Engine::unknown(Call& call) {
    constexpr std::size_t shown_bytes = 128;
    std::string beginning;
    for (std::size_t i = 1; i < call.args.size() && beginning.size() < shown_bytes; ++i) {
        beginning += "'";
        beginning += call.args[i].substr(0, shown_bytes - beginning.size());
        beginning += "' ";
    }
    ++statistics.errors;
    call.reply.error("ERR unknown command '" + std::string(call.args[0].substr(0, shown_bytes)) +
                     "', with args beginning with: " + beginning);
}

bool Engine::go_on(Session& session) {
    if (session.unfinished && session.unfinished(session)) session.unfinished = nullptr;
    produced(session);
    return session.unfinished != nullptr;
}

void Engine::begin_output(Session& session) {
    if (session.has_output) return;
    session.has_output = true;
    with_output_.push_back(&session);
}

/// One reply in many is followed; one at a time per client.
void Engine::follow(Session& session) {
    if (!session.tcp || !follow_sample.due() || session.followed_end != 0) return;
    follow_sample.took();
    session.followed_end = session.out.produced();
    session.followed_produced_ns = util::clock_ns(CLOCK_REALTIME);
}

void Engine::produced(Session& session) {
    const std::uint64_t pending = session.out.pending();
    if (pending == 0 && !session.ending()) return;
    if (pending > 0) follow(session);
    // An armed EPOLLOUT says when to write; until then there is nothing to try.
    if (!session.writes_when_ready || session.ending()) begin_output(session);
    if (pending > limits.output_hard_bytes) {
        cut_off(session, CutOff::output_hard);
    } else if (pending <= limits.output_soft_bytes) {
        session.over_soft_since_ms = 0;
    } else if (session.over_soft_since_ms == 0) {
        session.over_soft_since_ms = keys.now_ms();
    }
}

void Engine::cut_off(Session& session, CutOff why) {
    if (session.cut_off != CutOff::none) return;
    session.cut_off = why;
    ++statistics.cut_off.at(static_cast<std::size_t>(why));
    begin_output(session);
}

bool Engine::is_password(std::string_view word) const {
    std::size_t difference = word.size() ^ password_.size();
    for (std::size_t i = 0; i < password_.size(); ++i) {
        const auto given = word.empty() ? 0U : static_cast<unsigned char>(word[i % word.size()]);
        difference |= given ^ static_cast<unsigned char>(password_[i]);
    }
    return difference == 0;
}

}  // namespace wiregap::resp
