// SPDX-License-Identifier: Apache-2.0
#include "daemon/resp/server/server.h"

#include <sys/socket.h>

#include <algorithm>
#include <string_view>
#include <system_error>
#include <utility>

#include "daemon/resp/server/address.h"
#include "daemon/util/clock.h"

namespace wiregap::resp {
namespace {

constexpr double check_seconds = 0.25;
constexpr int checks_per_tick = 1024;
constexpr std::int64_t shrink_after_ms = 2000;

std::int64_t monotonic_ms() {
    return static_cast<std::int64_t>(util::clock_ns(CLOCK_MONOTONIC) / 1'000'000);
}

std::int64_t unix_ms() {
    return static_cast<std::int64_t>(util::clock_ns(CLOCK_REALTIME) / 1'000'000);
}

}  // namespace

Server::Server(loop::EventLoop& loop, const Options& options)
    : loop_(loop),
      engine_(options.limits, options.password),
      read_(new char[read_turn_bytes]),
      ticker_(0) {
    engine_.begin_turn(unix_ms(), monotonic_ms());
    engine_.started_ms = engine_.now_ms();
    if (!options.address.empty()) {
        port_ = options.port;
        util::Fd fd = listen_tcp(options.address, port_);
        engine_.port = port_;
        listeners_.push_back(std::make_unique<Listener>(*this, std::move(fd), ""));
    }
    if (!options.unix_socket.empty()) {
        util::Fd fd = listen_unix(options.unix_socket);
        listeners_.push_back(std::make_unique<Listener>(*this, std::move(fd), options.unix_socket));
    }
    engine_.stream_line = [](const Session& session) { return stream_line(session); };
    loop_.add(ticker_.fd(), [this] {
        if (ticker_.consume() > 0) now_and_then();
    });
    loop_.set_worker(this);
}

Server::~Server() {
    loop_.set_worker(nullptr);
    loop_.remove(ticker_.fd());
    dead_.clear();
    for (const auto& [id, session] : engine_.sessions()) dead_.push_back(session->connection);
    turn_ = Turn();
    remove_dead();
}

void Server::begin_turn() {
    turn_.begin(util::clock_ns(CLOCK_MONOTONIC));
    engine_.begin_turn(unix_ms(), static_cast<std::int64_t>(turn_.began_ns() / 1'000'000));
    // Before who comes now: these could else take each turn, and who waits would wait for ever.
    go_on_some();
    turn_.go_on();
}

/// Replies are about to be written: requests that came meanwhile are answered with them. A server
/// that is faster than its clients would else wake up, and be woken, for each single one.
bool Server::wants_more() const {
    constexpr std::size_t enough = 64;
    return engine_.outputs() > 0 && engine_.outputs() < enough;
}

bool Server::end_turn() {
    go_on_some();
    flush_some();
    remove_dead();
    freeing_ = engine_.keys.free_some();
    if (expiring_) expiring_ = engine_.keys.expire_some();
    tick_if_needed();
    turns_.record_ns(util::clock_ns(CLOCK_MONOTONIC) - turn_.began_ns());
    return freeing_ || expiring_ || !waiting_.empty() || !dead_.empty() || engine_.outputs() > 0;
}

/// Looking costs CPU for each turn: 15 us leave single requests as cheap as redis-server's, and a
/// pipeline's commands share a longer look (tests/bench/resp.sh).
std::uint64_t Server::most_look_ns() const {
    constexpr std::uint64_t turn_ns = 15'000;
    constexpr std::uint64_t command_ns = 500;
    constexpr std::uint64_t most_ns = 50'000;
    return std::min(turn_ns + std::uint64_t{turn_.commands()} * command_ns, most_ns);
}

void Server::wants_turn(Connection& connection) {
    if (connection.waits_for_turn || connection.dead()) return;
    connection.waits_for_turn = true;
    waiting_.push_back(&connection);
}

/// Each that waits gets its turn once; whoever is not done waits again.
void Server::go_on_some() {
    std::size_t count = waiting_.size();
    std::size_t done = 0;
    for (; done < count && !turn_.over(); ++done) {
        Connection& connection = *waiting_[done];
        connection.waits_for_turn = false;
        connection.go_on();
    }
    waiting_.erase(waiting_.begin(), waiting_.begin() + static_cast<std::ptrdiff_t>(done));
}

/// At least a few, however long the commands took: what is written makes room.
void Server::flush_some() {
    constexpr std::size_t at_least = 16;
    std::vector<Session*>& list = engine_.with_output();
    const std::size_t count = list.size();
    std::size_t done = 0;
    for (; done < count && (done < at_least || !turn_.passed(Turn::write_ns)); ++done) {
        Session& session = *list[done];
        session.has_output = false;
        if (session.connection->flush()) {
            session.has_output = true;
            list.push_back(&session);
        }
    }
    list.erase(list.begin(), list.begin() + static_cast<std::ptrdiff_t>(done));
}

/// Closing a socket takes its time: thousands at once are closed over many turns.
void Server::remove_dead() {
    constexpr int at_least = 16;
    for (int done = 0; !dead_.empty() && (done < at_least || !turn_.passed(Turn::close_ns));
         ++done) {
        const std::unique_ptr<Connection> connection(dead_.back());
        dead_.pop_back();
        if (connection->waits_for_turn) std::erase(waiting_, connection.get());
        loop_.unwatch(connection->fd());
        engine_.close(connection->session());
    }
}

/// Keys expire, and soft limits end, without anybody asking.
void Server::tick_if_needed() {
    const bool needed = !engine_.sessions().empty() || engine_.keys.expiring() > 0;
    if (needed != std::exchange(ticking_, needed)) ticker_.set_period(needed ? check_seconds : 0);
}

void Server::accept(util::Fd fd, const std::string& unix_path) {
    // Whoever may change the server gets in when others have taken all places.
    constexpr std::size_t reserve = 16;
    const bool trusted = !unix_path.empty() && is_trusted_peer(fd.get());
    if (engine_.sessions().size() >= engine_.limits.max_clients + (trusted ? reserve : 0)) {
        reject(std::move(fd));
        return;
    }
    Session& session = engine_.open();
    session.trusted = trusted;
    engine_.admit(session);
    describe(fd.get(), unix_path, session);
    if (session.tcp) {
        prepare_tcp(fd.get());
        session.tcp = allow_stamps(fd.get());
    }
    turn_.add_work(16);
    try {
        new Connection(*this, std::move(fd), session);  // the session's, until remove_dead()
    } catch (const std::system_error&) {                // no room in the kernel's epoll
        ++engine_.statistics.rejected;
        engine_.close(session);
    }
}

void Server::reject(util::Fd fd) {
    static constexpr std::string_view text = "-ERR max number of clients reached\r\n";
    ++engine_.statistics.rejected;
    // Whether it arrives is the client's luck; the socket is closed either way.
    if (send(fd.get(), text.data(), text.size(), MSG_NOSIGNAL | MSG_DONTWAIT) < 0) return;
}

void Server::followed(Session& session, Flight& flight, int fd) {
    const std::uint64_t now_ns = util::clock_ns(CLOCK_REALTIME);
    stages_.delays[0].record_ns(
        now_ns > session.followed_produced_ns ? now_ns - session.followed_produced_ns : 0);
    flight.begin(session.followed_end, now_ns);
    session.followed_end = 0;
    flight.collect(fd, stages_);  // mostly it has left by now: one wake-up less
}

/// Limits that depend on time, a part of the clients at each call.
void Server::now_and_then() {
    engine_.follow_sample.period();
    expiring_ = engine_.keys.expire_some();
    const auto& sessions = engine_.sessions();
    auto at = sessions.upper_bound(checked_id_);
    for (int i = 0; i < checks_per_tick && !sessions.empty(); ++i, ++at) {
        if (at == sessions.end()) {
            checked_id_ = 0;
            return;
        }
        checked_id_ = at->first;
        check(*at->second);
    }
}

void Server::check(Session& session) {
    const Limits& limits = engine_.limits;
    const std::int64_t now_ms = engine_.now_ms();
    const std::int64_t silent_ms = now_ms - session.active_ms;
    constexpr std::int64_t password_ms = 10'000;
    if (session.over_soft_since_ms != 0 &&
        now_ms - session.over_soft_since_ms > std::int64_t{limits.output_soft_seconds} * 1000) {
        engine_.cut_off(session, CutOff::output_soft);
    } else if (limits.idle_seconds > 0 && !session.subscribed() &&
               silent_ms > std::int64_t{limits.idle_seconds} * 1000) {
        engine_.cut_off(session, CutOff::idle);
    } else if (!engine_.admitted(session) && now_ms - session.since_ms > password_ms) {
        engine_.cut_off(session, CutOff::unauthenticated);
    } else if (silent_ms > shrink_after_ms) {
        session.out.shrink();
    }
}

model::RespServer Server::state() const {
    static constexpr std::array<std::string_view, cut_offs> reasons = {
        "",     "output_hard",     "output_soft", "query_buffer", "memory",
        "idle", "unauthenticated", "http",        "killed"};
    const Statistics& counted = engine_.statistics;
    model::RespServer state;
    state.clients = engine_.sessions().size();
    state.commands = counted.commands;
    state.connections = counted.connections;
    state.rejected = counted.rejected;
    for (std::size_t i = 1; i < reasons.size(); ++i) {
        state.cut_off.emplace_back(reasons.at(i), counted.cut_off.at(i));
    }
    state.wrong_passwords = counted.wrong_passwords;
    state.keyspace_bytes = engine_.keys.used_bytes();
    state.memory_bytes = engine_.budget.used_bytes();
    state.memory_limit_bytes = engine_.budget.limit_bytes();
    for (const auto& [id, session] : engine_.sessions()) {
        state.backlog_bytes += session->out.pending();
    }
    state.turns = turns_;
    state.stages = stages_.delays;
    state.followed_lost = stages_.lost;
    return state;
}

}  // namespace wiregap::resp
