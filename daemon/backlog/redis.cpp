// SPDX-License-Identifier: Apache-2.0
#include "daemon/backlog/redis.h"

#include <sys/epoll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <utility>

#include "daemon/model/connection.h"
#include "daemon/util/clock.h"
#include "daemon/util/inet.h"

namespace wiregap::backlog {
namespace {

constexpr std::uint64_t second_ns = 1'000'000'000;
constexpr std::uint64_t retry_ns = 5 * second_ns;
constexpr std::uint64_t endless_ns = 60 * second_ns;  ///< then an answer that comes has no end
constexpr std::uint64_t answer_timeout_ns = 10 * second_ns;  ///< then it counts as down
constexpr std::size_t most_ids = 128;
constexpr double refused_period_s = 600;

/// "*2": how many parts the answer has.
std::uint64_t parts_of(std::string_view header) {
    std::uint64_t parts = 0;
    std::from_chars(header.data() + 1, header.data() + header.size(), parts);
    return parts;
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

model::BacklogSource Redis::state() const {
    model::BacklogSource state = state_;
    state.up = problem().empty();
    if (state.up) state.cut_off = info_.cut_off;
    return state;
}

std::string Redis::limits() const {
    std::string limits;
    const auto add = [&](const char* text) {
        limits += (limits.empty() ? "" : "; ") + std::string(text);
    };
    if (refused_.contains(Ask::some))
        add("it has no CLIENT LIST ID (there since Redis 6.2): its whole list is asked for "
            "instead, and a backlog may be seconds old");
    if (!list_has_backlogs_) add("its CLIENT LIST has no omem: no backlog of its clients is known");
    if (refused_.contains(Ask::stats))
        add("it refuses INFO: clients that it cuts off are not counted, and a replica that waits "
            "for its snapshot is not known");
    if (refused_.contains(Ask::limits))
        add("it refuses CONFIG GET client-output-buffer-limit: the limits are not known");
    return limits;
}

void Redis::fill(model::Sample& sample) {
    const std::uint64_t now_ns = util::clock_ns(CLOCK_MONOTONIC);
    if (!fd_.valid()) {
        if (tried_ns_ == 0 || now_ns - tried_ns_ > retry_ns) connect(now_ns);
        return;
    }
    // It hangs, which is not the end of what it said before: see RedisClients.
    if (!asked_.empty() && now_ns - asked_ns_ > answer_timeout_ns)
        problem_ = "no answer for more than 10 s";
    // What comes and comes: a server that was stopped meanwhile is no such thing.
    const bool is_inside = began_ns_ != 0 && now_ns - heard_ns_ < answer_timeout_ns;
    if (is_inside && now_ns - began_ns_ > endless_ns) {
        disconnect("its answer has no end");
        return;
    }
    find_place(sample);
    const auto place = listening();
    state_.unmatched_connections =
        place ? clients_.join(sample, *place, info_, state_.name, now_ns) : 0;
    if (asked_.empty()) ask(sample, now_ns);
}

void Redis::find_place(const model::Sample& sample) {
    netns_inode_ = port_ != 0 ? place_.find(sample, port_) : std::nullopt;
    const bool wants = !netns_inode_ && !clients_.empty() && port_ != 0;
    place_problem_ = wants ? "which network namespace it is in is not sure: name it by its own "
                             "address or its unix socket"
                           : "";
}

/// A list that took long is asked for less often: a thousandth of the server's time, or a hundredth
/// where that would be never. One answer that came late is a server that was busy, so the quicker
/// of two counts. Where it cannot be asked for single clients, and some wait, the list is all there
/// is. A refused one is tried again rarely.
std::uint64_t Redis::list_period_ns(bool somebody_waits) const {
    const double least_s = somebody_waits && refused_.contains(Ask::some) ? 1 : list_seconds_;
    const double cost_s = 1000 * std::min(state_.poll_seconds, poll_seconds_before_);
    const double longest_s = std::max(20 * list_seconds_, cost_s / 10);
    double period_s = std::max(std::min(least_s, list_seconds_), std::min(cost_s, longest_s));
    if (list_refused_ns_ != 0) period_s = std::max(period_s, refused_period_s);
    return static_cast<std::uint64_t>(period_s * static_cast<double>(second_ns));
}

void Redis::ask(const model::Sample& sample, std::uint64_t now_ns) {
    clients_.ask(sample, listening(), now_ns);
    ids_ = clients_.waiting(sample, listening(), most_ids);
    if (all_asked_ns_ == 0 || now_ns - all_asked_ns_ > list_period_ns(!ids_.empty())) {
        all_asked_ns_ = now_ns;
        list_has_clients_ = false;
        std::vector<Command> commands{client_list()};
        for (const Ask more : {Ask::stats, Ask::replication, Ask::limits}) {
            if (!refused_.contains(more)) commands.push_back(command_of(more));
        }
        send(commands);
    } else if (!ids_.empty() && !refused_.contains(Ask::some)) {
        send({client_list(ids_)});
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
    asked_ = {Ask::name};  // nothing yet, but it is to answer the greeting in time
    asked_ns_ = now_ns;
    loop_.watch(fd_.get(), EPOLLOUT, *this);
}

void Redis::disconnect(const std::string& why) {
    if (fd_.valid()) loop_.unwatch(fd_.get());
    fd_.reset();
    is_greeted_ = false;
    problem_ = why;
    state_.unmatched_connections = 0;
    asked_.clear();
    elements_ = 0;
    said_.clear();
    refused_.clear();
    reader_.reset();
    clients_.forget();
    info_ = {};
    all_asked_ns_ = list_refused_ns_ = began_ns_ = 0;
    elements_ = 0;
    port_ = server_.port;
}

/// Questions are short: a socket that does not take one whole is as good as dead.
void Redis::send(const std::vector<Command>& commands) {
    std::string text;
    asked_.clear();
    for (const Command& command : commands) {
        text += command.text;
        asked_.push_back(command.ask);
    }
    asked_ns_ = util::clock_ns(CLOCK_MONOTONIC);
    const ssize_t sent = ::send(fd_.get(), text.data(), text.size(), MSG_NOSIGNAL);
    if (sent != static_cast<ssize_t>(text.size())) disconnect("a question was not taken");
}

void Redis::greet() {
    is_greeted_ = true;
    place_.connected(fd_.get());
    loop_.change(fd_.get(), EPOLLIN, *this);
    send(greeting(server_));
}

/// What it said before it hung up is read before the error is: a server at maxclients says a word
/// and resets.
void Redis::on_events(unsigned events) {
    if (!fd_.valid()) return;
    if (is_greeted_) {
        receive();
        return;
    }
    int error = 0;
    socklen_t size = sizeof error;
    getsockopt(fd_.get(), SOL_SOCKET, SO_ERROR, &error, &size);
    if (error != 0) {
        disconnect(std::strerror(error));
    } else if ((events & EPOLLOUT) != 0) {
        greet();
    }
}

void Redis::receive() {
    std::array<char, 65536> bytes{};
    const ssize_t count = recv(fd_.get(), bytes.data(), bytes.size(), MSG_DONTWAIT);
    if (count < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (count <= 0) {
        // By FIN or by a reset is chance, and each reason that is new is logged.
        const bool is_closed = count == 0 || errno == ECONNRESET;
        const std::string end = is_closed ? "it closed the connection" : std::strerror(errno);
        disconnect(said_.empty() ? end : said_);
    } else if (!reader_.feed({bytes.data(), static_cast<std::size_t>(count)})) {
        disconnect("what it says is no RESP (a TLS port?)");
    } else {
        heard_ns_ = util::clock_ns(CLOCK_MONOTONIC);
        if (began_ns_ == 0) began_ns_ = heard_ns_;
        if (!reader_.is_inside() && elements_ == 0) began_ns_ = 0;
    }
}

void Redis::take_header(std::string_view header) {
    if (header.starts_with('$')) return;
    if (header.starts_with('-')) {
        refused(header.substr(1, 200));
    } else if (header.starts_with('*')) {
        elements_ = parts_of(header);
        if (elements_ > 0) return;
    }
    if (fd_.valid()) answered();
}

/// What it does not know it is not asked for again: each refusal may be an entry of its ACL LOG. An
/// error in the greeting may be old age (no NO-EVICT).
void Redis::refused(std::string_view said) {
    said_ = "it says " + std::string(said);
    if (said.starts_with("NOAUTH") || said.starts_with("WRONGPASS")) {
        disconnect(said_);  // it is tried again: the server's users may be mended
        return;
    }
    is_refusal_ = true;
    const Ask ask = asked_.empty() ? Ask::name : asked_.front();
    if (ask == Ask::all) problem_ = said_;
    // BUSY, LOADING and the like pass: it will answer another time.
    if (!said.starts_with("ERR") && !said.starts_with("NOPERM")) return;
    if (ask == Ask::all) list_refused_ns_ = asked_ns_;
    if (ask == Ask::some || ask == Ask::stats || ask == Ask::replication || ask == Ask::limits)
        refused_.insert(ask);
}

void Redis::take_line(std::string_view text) {
    switch (asked_.empty() ? Ask::name : asked_.front()) {
        case Ask::all:
            take_client(text, true);
            break;
        case Ask::some:
            take_client(text, false);
            break;
        case Ask::stats:
            take_stats_line(text, info_);
            break;
        case Ask::replication:
            take_replica_line(text, replicas_);
            break;
        case Ask::limits:
            take_limits_line(text, info_);
            break;
        case Ask::password:
        case Ask::name:
        case Ask::no_evict:
            break;
    }
}

void Redis::take_client(std::string_view text, bool of_list) {
    list_has_clients_ = list_has_clients_ || text.starts_with("id=");
    const auto line = parse_client_line(text);
    if (!line) return;
    if (port_ == 0) learn_port(line->local);
    place_.take_client(line->peer, line->local);
    list_has_backlogs_ = line->has_backlog;
    clients_.take(*line, of_list);
}

/// A server that listens on two ports is watched on the one that its first client came by.
void Redis::learn_port(const std::string& local) {
    const auto parts = util::split_address(local);
    if (parts) port_ = parts->port.value_or(0);
}

/// One answer, or one part of an array, is complete.
void Redis::answered() {
    if (elements_ > 0 && --elements_ > 0) return;
    if (asked_.empty()) return;
    const Ask done = asked_.front();
    asked_.pop_front();
    const bool is_refusal = std::exchange(is_refusal_, false);
    if (done == Ask::all && list_has_clients_) end_of_list();
    if (done == Ask::some && !is_refusal) clients_.end_some(ids_);
    if (done == Ask::replication && !is_refusal) info_.replicas = std::exchange(replicas_, {});
}

void Redis::end_of_list() {
    clients_.end_list();
    place_.end_of_list();
    said_.clear();
    list_refused_ns_ = 0;
    const double before = state_.poll_seconds;
    state_.poll_seconds = static_cast<double>(util::clock_ns(CLOCK_MONOTONIC) - asked_ns_) /
                          static_cast<double>(second_ns);
    poll_seconds_before_ = before > 0 ? before : state_.poll_seconds;
    problem_ = port_ == 0 && !clients_.empty()
                   ? "its list has no laddr (that is there since 6.2); name it by redis://"
                   : "";
}

}  // namespace wiregap::backlog
