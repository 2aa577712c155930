// SPDX-License-Identifier: Apache-2.0
#include "daemon/backlog/redis.h"

#include <sys/epoll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include "daemon/backlog/redis_words.h"
#include "daemon/model/connection.h"
#include "daemon/util/clock.h"
#include "daemon/util/inet.h"

namespace wiregap::backlog {
namespace {

constexpr std::uint64_t second_ns = 1'000'000'000;
constexpr std::uint64_t retry_ns = 5 * second_ns;
constexpr std::uint64_t answer_timeout_ns = 10 * second_ns;  ///< then it counts as down
constexpr std::uint64_t fresh_ns = 3 * second_ns;
constexpr std::size_t most_ids = 128;

/// What its write() calls have given to the kernel, from some beginning on.
std::uint64_t written_bytes(const model::Connection& connection) {
    return connection.sent_bytes - connection.retransmitted_bytes + connection.notsent_bytes;
}

}  // namespace

Redis::Redis(loop::EventLoop& loop, const config::RedisServer& server, double list_seconds,
             std::uint64_t netns_inode)
    : loop_(loop),
      server_(server),
      port_(server.port),
      list_seconds_(list_seconds),
      place_(netns_inode),
      reader_({.header = [this](std::string_view header) { take_header(header); },
               .line = [this](std::string_view line) { take_line(line); },
               .end_of_bulk = [this] { answered(); }}),
      state_{.name = name_of(server)} {}

Redis::~Redis() {
    if (fd_.valid()) loop_.unwatch(fd_.get());
}

bool Redis::is_ours(const model::Connection& connection) const {
    return port_ != 0 && connection.local.port == port_ && connection.role == model::Role::server &&
           connection.netns_inode == netns_inode_;
}

model::BacklogSource Redis::state() const {
    model::BacklogSource state = state_;
    state.up = problem().empty();
    return state;
}

void Redis::fill(model::Sample& sample) {
    const std::uint64_t now_ns = util::clock_ns(CLOCK_MONOTONIC);
    if (!fd_.valid()) {
        if (tried_ns_ == 0 || now_ns - tried_ns_ > retry_ns) connect(now_ns);
        return;
    }
    if (question_ != Question::none && now_ns - asked_ns_ > answer_timeout_ns) {
        // It hangs, which is not the end of what it said before: see backlog_of().
        problem_ = "no answer for more than 10 s";
    }
    find_place(sample);
    use(sample, now_ns);
    if (question_ == Question::none) ask(sample, now_ns);
}

void Redis::find_place(const model::Sample& sample) {
    netns_inode_ = port_ != 0 ? place_.find(sample, port_) : std::nullopt;
    const bool wants = !netns_inode_ && !by_peer_.empty() && port_ != 0;
    place_problem_ = wants ? "which network namespace it is in is not sure: name it by its own "
                             "address or its unix socket"
                           : "";
}

/// What it said is a tick old. A backlog is written in order, so at least what it was, less what
/// has been written since it was asked for, is there still; and all of it, however old, if nothing
/// was written. Nothing if it says nothing about now, or of another connection.
std::optional<std::uint64_t> Redis::backlog_of(const Known& known,
                                               const model::Connection& connection,
                                               std::uint64_t now_ns) {
    const std::uint64_t written = written_bytes(connection);
    const bool stands = known.written_known && written == known.written_bytes;
    if (now_ns - known.said_ns > fresh_ns && !stands) return {};
    const std::string& local = known.line.local;
    if (!local.empty() && local != to_string(connection.local)) return {};
    const std::uint64_t since =
        known.written_known ? written - std::min(written, known.written_bytes) : 0;
    return known.line.backlog_bytes - std::min(known.line.backlog_bytes, since);
}

void Redis::use(model::Sample& sample, std::uint64_t now_ns) {
    std::uint64_t backed_up = 0;
    for (const auto& [peer, known] : by_peer_) {
        backed_up += known.line.backlog_bytes > 0 && now_ns - known.said_ns < fresh_ns ? 1U : 0U;
    }
    std::uint64_t matched = 0;
    for (model::Connection& connection : sample.connections) {
        if (!is_ours(connection) || connection.reply_backlog_bytes) continue;
        const auto found = by_peer_.find(to_string(connection.peer));
        if (found == by_peer_.end()) continue;
        const auto backlog = backlog_of(found->second, connection, now_ns);
        if (!backlog) continue;
        connection.reply_backlog_bytes = backlog;
        connection.backlog_source = state_.name;
        matched += found->second.line.backlog_bytes > 0 ? 1U : 0U;
    }
    state_.unmatched_connections = backed_up - std::min(backed_up, matched);
}

void Redis::ask(const model::Sample& sample, std::uint64_t now_ns) {
    written_when_asked_.clear();
    std::vector<std::uint64_t> ids;
    for (const model::Connection& connection : sample.connections) {
        if (!is_ours(connection)) continue;
        const std::string peer = to_string(connection.peer);
        written_when_asked_[peer] = written_bytes(connection);
        const auto found = by_peer_.find(peer);
        const bool backed_up = connection.notsent_bytes > 0 || connection.writer_waits;
        if (backed_up && found != by_peer_.end() && ids.size() < most_ids) {
            ids.push_back(found->second.line.id);
        }
    }
    // A list that took long is asked for less often: a thousandth of the server's time at most.
    const double period_s = std::max(list_seconds_, 1000 * state_.poll_seconds);
    const auto period_ns = static_cast<std::uint64_t>(period_s * static_cast<double>(second_ns));
    if (all_asked_ns_ == 0 || now_ns - all_asked_ns_ > period_ns) {
        all_asked_ns_ = now_ns;
        next_.clear();
        answer_has_clients_ = false;
        send(client_list(), 1, Question::all);
    } else if (!ids.empty()) {
        send(client_list(ids), 1, Question::some);
    }
}

void Redis::connect(std::uint64_t now_ns) {
    tried_ns_ = now_ns;
    std::string why;
    fd_ = begin_connect(server_, why);
    if (!fd_.valid()) {
        problem_ = why;
        return;
    }
    question_ = Question::greeting;
    asked_ns_ = now_ns;
    loop_.watch(fd_.get(), EPOLLOUT, *this);
}

void Redis::disconnect(const std::string& why) {
    if (fd_.valid()) loop_.unwatch(fd_.get());
    fd_.reset();
    problem_ = why;
    state_.unmatched_connections = 0;
    question_ = Question::none;
    reader_.reset();
    by_peer_.clear();
    next_.clear();
    all_asked_ns_ = 0;
    port_ = server_.port;
}

/// Questions are short: a socket that does not take one whole is as good as dead.
void Redis::send(const std::string& commands, unsigned answers, Question question) {
    question_ = question;
    answers_missing_ = answers;
    asked_ns_ = util::clock_ns(CLOCK_MONOTONIC);
    const ssize_t sent = ::send(fd_.get(), commands.data(), commands.size(), MSG_NOSIGNAL);
    if (sent != static_cast<ssize_t>(commands.size())) disconnect("a question was not taken");
}

void Redis::greet() {
    place_.connected(fd_.get());
    loop_.change(fd_.get(), EPOLLIN, *this);
    const Greeting words = greeting(server_);
    send(words.commands, words.answers, Question::greeting);
}

void Redis::on_events(unsigned events) {
    if (!fd_.valid()) return;
    int error = 0;
    socklen_t size = sizeof error;
    getsockopt(fd_.get(), SOL_SOCKET, SO_ERROR, &error, &size);
    if (error != 0) {
        disconnect(std::strerror(error));
        return;
    }
    if ((events & EPOLLOUT) != 0) {
        greet();
        return;
    }
    std::array<char, 65536> bytes{};
    const ssize_t count = recv(fd_.get(), bytes.data(), bytes.size(), MSG_DONTWAIT);
    if (count < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (count <= 0) {
        disconnect(count == 0 ? "it closed the connection" : std::strerror(errno));
    } else if (!reader_.feed({bytes.data(), static_cast<std::size_t>(count)})) {
        disconnect("what it says is no RESP");
    }
}

/// An error in the greeting may be old age (no NO-EVICT); elsewhere there is no list to be had.
void Redis::take_header(std::string_view header) {
    if (header.starts_with('$')) return;
    const bool refused = header.starts_with('-');
    const bool wants_password = header.starts_with("-NOAUTH") || header.starts_with("-WRONGPASS");
    const std::string said = "it says " + std::string(header.substr(1, 200));
    if (wants_password) {
        disconnect(said);  // it is tried again: the server's users may be mended
        return;
    }
    if (refused && question_ != Question::greeting) problem_ = said;
    answered();
}

void Redis::take_line(std::string_view text) {
    answer_has_clients_ = answer_has_clients_ || text.starts_with("id=");
    const auto line = parse_client_line(text);
    if (!line) return;
    if (port_ == 0) learn_port(line->local);
    place_.take_client(line->peer, line->local);
    Known known{.line = *line, .said_ns = asked_ns_};
    const auto written = written_when_asked_.find(line->peer);
    known.written_known = written != written_when_asked_.end();
    if (known.written_known) known.written_bytes = written->second;
    (question_ == Question::all ? next_ : by_peer_)[line->peer] = std::move(known);
}

/// A server that listens on two ports is watched on the one that its first client came by.
void Redis::learn_port(const std::string& local) {
    const auto parts = util::split_address(local);
    if (parts) port_ = parts->port.value_or(0);
}

void Redis::answered() {
    if (answers_missing_ > 0) --answers_missing_;
    if (answers_missing_ > 0) return;
    const Question done = std::exchange(question_, Question::none);
    if (done != Question::all || !answer_has_clients_) return;
    by_peer_ = std::exchange(next_, {});
    place_.end_of_list();
    state_.poll_seconds = static_cast<double>(util::clock_ns(CLOCK_MONOTONIC) - asked_ns_) /
                          static_cast<double>(second_ns);
    problem_ = port_ == 0 && !by_peer_.empty()
                   ? "its list has no laddr (that is there since 6.2); name it by redis://"
                   : "";
}

}  // namespace wiregap::backlog
