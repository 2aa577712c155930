// SPDX-License-Identifier: Apache-2.0
#include "daemon/resp/commands/engine.h"

#include <algorithm>
#include <utility>

#include "daemon/resp/commands/command.h"
#include "daemon/util/clock.h"

namespace wiregap::resp {
namespace {

bool arity_fits(const Command& command, std::size_t count) {
    const auto given = static_cast<int>(count);
    return command.arity >= 0 ? given == command.arity : given >= -command.arity;
}

/// About how many PINGs it takes: bytes are copied, and each word is looked at.
std::size_t work_of(const Command* command, std::size_t words, std::size_t bytes) {
    constexpr std::size_t always_look = 64;
    if (command == nullptr || (command->flags & flag_slow) != 0) return always_look;
    return 1 + words / 4 + bytes / 1024;
}

}  // namespace

Engine::Engine(const Limits& initial, std::string password)
    : limits(initial),
      configured(initial),
      budget(initial.memory_bytes),
      keys(budget, initial.keyspace_bytes),
      follow_sample(initial.follow_one_reply_in),
      password_(std::move(password)) {
    budget.make_room = [this] { make_room(); };
}

void Engine::begin_turn(std::int64_t unix_ms, std::int64_t monotonic_ms) {
    keys.set_now_ms(unix_ms);
    now_ms_ = monotonic_ms;
    no_room_ = false;
}

Session& Engine::open() {
    const std::uint64_t id = next_id_++;
    auto session = std::make_unique<Session>(id, limits, budget);
    admit(*session);
    session->since_ms = session->active_ms = now_ms_;
    ++statistics.connections;
    return *(sessions_[id] = std::move(session));
}

void Engine::close(Session& session) {
    pubsub.forget(session);
    if (session.has_output) std::erase(with_output_, &session);
    sessions_.erase(session.id);
}

Engine::Progress Engine::serve(Session& session, std::string_view bytes, unsigned most,
                               Turn& turn) {
    serving_ = &session;  // `bytes` may lie in its own buffer: it is not released meanwhile
    const Progress progress = serve_some(session, bytes, most, turn);
    session.parsing.set(session.parser.held_bytes());
    serving_ = nullptr;
    return progress;
}

Engine::Progress Engine::serve_some(Session& session, std::string_view bytes, unsigned most,
                                    Turn& turn) {
    Progress progress;
    for (unsigned commands = 0; progress.consumed < bytes.size(); ++commands) {
        if (session.ending() || over_pause(session) || commands == most || turn.over()) {
            progress.blocked = true;
            return progress;
        }
        const Parser::Status status = session.parser.next(bytes.substr(progress.consumed));
        if (status == Parser::Status::need_more) return progress;
        if (status != Parser::Status::ok) {
            progress.consumed = bytes.size();
            if (status == Parser::Status::http) {
                cut_off(session, CutOff::http);
            } else {
                session.reply().error("ERR " + session.parser.error());
                session.close_after_reply = true;
                produced(session);
            }
            return progress;
        }
        const std::size_t request_bytes = session.parser.consumed();
        progress.consumed += request_bytes;
        const Arguments args = session.parser.arguments();
        if (args.empty()) {
            turn.spend(1);
            continue;
        }
        const std::uint64_t before = session.out.produced();
        execute(session, args);
        turn.spend(
            work_of(session.last, args.size(), request_bytes + session.out.produced() - before) +
            keys.take_effort());
        session.parser.forget();
    }
    return progress;
}

void Engine::execute(Session& session, Arguments args) {
    ++statistics.commands;
    if (session.reply_mode == ReplyMode::skip_next) session.reply_mode = ReplyMode::skip_this;
    Call call{*this, session, args, session.reply(), keys};
    call.reply.mute(session.reply_mode != ReplyMode::on);
    const Command* const command = find_command(args[0]);
    session.last_sub = {};
    if (command == nullptr) {
        unknown(call);
    } else if (!refuse(*command, call)) {
        session.last = command;
        command->run(call);
    }
    if (session.reply_mode == ReplyMode::skip_this) session.reply_mode = ReplyMode::on;
    produced(session);
}

bool Engine::refuse(const Command& command, Call& call) {
    const Session& session = call.session;
    if (!arity_fits(command, call.args.size())) {
        call.wrong_arity(command.name);
    } else if (!admitted(session) && (command.flags & flag_no_auth) == 0) {
        call.reply.error("NOAUTH Authentication required.");
    } else if ((command.flags & flag_admin) != 0 && !call.may_change()) {
        return true;
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
    call.session.last = nullptr;
    call.reply.error("ERR unknown command '" + std::string(call.args[0].substr(0, shown_bytes)) +
                     "', with args beginning with: " + beginning);
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
    if (session.out.overflowed()) cut_off(session, CutOff::output_hard);
    const std::uint64_t pending = session.out.pending();
    if (pending == 0 && !session.ending()) return;
    if (pending > 0) follow(session);
    // An armed EPOLLOUT says when to write; until then there is nothing to try.
    if (!session.writes_when_ready || session.ending()) begin_output(session);
    if (pending <= limits.output_soft_bytes) {
        session.over_soft_since_ms = 0;
    } else if (session.over_soft_since_ms == 0) {
        session.over_soft_since_ms = now_ms_;
    }
}

void Engine::cut_off(Session& session, CutOff why) {
    if (session.cut_off != CutOff::none) return;
    session.cut_off = why;
    ++statistics.cut_off.at(static_cast<std::size_t>(why));
    begin_output(session);
    session.out.end();
    if (&session != serving_) session.unparsed.release();  // else its words lie there
}

/// First what nobody needs any more; then the clients with most, until a little is free. Keys have
/// a bound of their own. Who holds little stays: cutting off hundreds of them would hurt more than
/// it frees.
void Engine::make_room() {
    constexpr std::size_t little = 4 * kib;
    const std::size_t enough = budget.limit_bytes() / 32 * 31;
    while (budget.used_bytes() > enough && keys.free_some()) {
    }
    if (budget.used_bytes() <= enough || no_room_) return;
    for (const auto& [id, session] : sessions_) session->out.shrink();
    std::vector<std::pair<std::size_t, Session*>> heap;
    for (const auto& [id, session] : sessions_) {
        if (session->cut_off == CutOff::none && session->weight() > little) {
            heap.emplace_back(session->weight(), session.get());
        }
    }
    std::make_heap(heap.begin(), heap.end());
    while (budget.used_bytes() > enough && !heap.empty()) {
        std::pop_heap(heap.begin(), heap.end());
        Session& session = *heap.back().second;
        heap.pop_back();
        cut_off(session, CutOff::memory);
    }
    no_room_ = budget.used_bytes() > enough;
}

Engine::Login Engine::log_in(Session& session, std::string_view password) {
    constexpr double guesses_per_ms = 0.01;
    guesses_ = std::min(guesses_ + guesses_per_ms * static_cast<double>(now_ms_ - guesses_ms_),
                        most_guesses);
    guesses_ms_ = now_ms_;
    if (guesses_ < 1 && needs_password()) return Login::later;
    // As long whatever the word is.
    std::size_t difference = password.size() ^ password_.size();
    for (std::size_t i = 0; i < password_.size(); ++i) {
        const auto given =
            password.empty() ? 0U : static_cast<unsigned char>(password[i % password.size()]);
        difference |= given ^ static_cast<unsigned char>(password_[i]);
    }
    if (needs_password() && difference != 0) {
        guesses_ -= 1;
        ++statistics.wrong_passwords;
        return Login::wrong;
    }
    session.logged_in = needs_password();
    admit(session);
    return Login::right;
}

void Engine::admit(Session& session) { session.parser.restrict_size(!admitted(session)); }

}  // namespace wiregap::resp
