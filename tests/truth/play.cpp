// SPDX-License-Identifier: Apache-2.0
#include "tests/truth/play.h"

#include <fmt/format.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <functional>
#include <stdexcept>
#include <utility>

#include "tests/truth/executed.h"
#include "tests/truth/link.h"
#include "tests/truth/netns_visit.h"
#include "tests/truth/socket_truth.h"

namespace wiregap::truth {

namespace {

constexpr int small_buffer = 4096;
constexpr int failing_writes = 3;
#ifndef IPPROTO_MPTCP
constexpr int IPPROTO_MPTCP = 262;
#endif

/// The size of an address is its family's.
struct SocketName {
    sockaddr_in6 six{};
    bool is_six = false;

    SocketName(bool six_wanted, std::uint16_t port, bool any) : is_six(six_wanted) {
        if (is_six) {
            six.sin6_family = AF_INET6;
            six.sin6_port = htons(port);
            six.sin6_addr = any ? in6addr_any : in6addr_loopback;
            return;
        }
        sockaddr_in four{};
        four.sin_family = AF_INET;
        four.sin_port = htons(port);
        four.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        std::memcpy(&six, &four, sizeof four);
    }
    [[nodiscard]] const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&six); }
    [[nodiscard]] socklen_t size() const {
        return is_six ? sizeof(sockaddr_in6) : sizeof(sockaddr_in);
    }
};

Fd patient_socket(int family, int protocol = 0) {
    Fd fd(must(::socket(family, SOCK_STREAM | SOCK_CLOEXEC, protocol), "socket"));
    const timeval limit{.tv_sec = 60, .tv_usec = 0};
    must(::setsockopt(fd.get(), SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit)), "SO_RCVTIMEO");
    set_option(fd.get(), SOL_SOCKET, SO_REUSEADDR, 1);
    return fd;
}

Fd bound_socket(int family, std::uint16_t port, int protocol = 0) {
    Fd fd = patient_socket(family, protocol);
    set_option(fd.get(), SOL_SOCKET, SO_REUSEPORT, 1);
    const SocketName address(family == AF_INET6, port, true);
    must(::bind(fd.get(), address.get(), address.size()), "bind");
    return fd;
}

/// MPTCP where the kernel has it and it is switched on.
int protocol_of_listener() {
    const Fd probe(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, IPPROTO_MPTCP));
    return probe.valid() ? IPPROTO_MPTCP : 0;
}

std::vector<Fd> open_listeners(const Plan& plan) {
    std::vector<Fd> listeners;
    switch (plan.listen) {
        case Plan::Listen::unbound:
            listeners.push_back(patient_socket(AF_INET));
            break;
        case Plan::Listen::dual_stack:
            listeners.push_back(bound_socket(AF_INET6, plan.port));
            break;
        case Plan::Listen::shared:
            listeners.push_back(bound_socket(AF_INET, plan.port));
            listeners.push_back(bound_socket(AF_INET, plan.port));
            break;
        case Plan::Listen::mptcp:
            listeners.push_back(bound_socket(AF_INET, plan.port, protocol_of_listener()));
            break;
        default:
            listeners.push_back(bound_socket(AF_INET, plan.port));
    }
    for (const Fd& fd : listeners) must(::listen(fd.get(), 64), "listen");
    return listeners;
}

std::uint16_t port_of(const Fd& fd) {
    sockaddr_in6 its{};
    socklen_t size = sizeof its;
    must(::getsockname(fd.get(), reinterpret_cast<sockaddr*>(&its), &size), "getsockname");
    return ntohs(its.sin6_port);  // at the same place in both families
}

Fd accept_any(const std::vector<Fd>& listeners) {
    std::vector<pollfd> ready;
    for (const Fd& fd : listeners)
        ready.push_back({.fd = fd.get(), .events = POLLIN, .revents = 0});
    constexpr int a_minute_ms = 60'000;
    if (must(::poll(ready.data(), ready.size(), a_minute_ms), "poll") == 0)
        throw std::runtime_error("nobody connects");
    for (const pollfd& one : ready) {
        if (one.revents != 0)
            return Fd(must(::accept4(one.fd, nullptr, nullptr, SOCK_CLOEXEC), "accept4"));
    }
    throw std::runtime_error("poll() said nothing");
}

void wait_for_reset(int fd) {
    pollfd one{.fd = fd, .events = 0, .revents = 0};
    constexpr int a_minute_ms = 60'000;
    if (must(::poll(&one, 1, a_minute_ms), "poll") == 0) throw std::runtime_error("no reset comes");
}

void write_down(int fd, LedgerRow& row, std::uint32_t bytes, std::uint32_t writes) {
    const std::vector<char> data(bytes / writes + bytes % writes);
    for (std::uint32_t i = 0; i < writes; ++i) {
        const std::size_t part = bytes / writes + (i == 0 ? bytes % writes : 0);
        if (part == 0) continue;
        const ssize_t took = must(::send(fd, data.data(), part, MSG_NOSIGNAL), "send");
        if (static_cast<std::size_t>(took) != part) throw std::runtime_error("a short write");
        row.written_bytes += static_cast<std::uint64_t>(took);
    }
}

void expect_end(int fd) {
    if (read_to_end(fd) != 0) throw std::runtime_error("more bytes than were written");
}

/// Nobody reads the other end: what stays in the queue is never delivered.
void fill_up(int fd, LedgerRow& row, LedgerRow::Cause cause, std::uint32_t chunk_bytes) {
    const Filled filled = fill(fd, chunk_bytes);
    row.written_bytes += filled.accepted_bytes;
    row.would_block += filled.would_block;
    row.undelivered_bytes.at(cause) += send_queue_bytes(fd);
    row.closed.at(cause) += 1;
}

/// One end of all of a play's connections.
class Actor {
  public:
    /// told: a pipe on which the server tells the client that its queue is full.
    Actor(LedgerRow& row, const Pipe& told, bool killed)
        : row_(row), told_(told), killed_(killed) {}

    void serve(Fd fd, const Act& act, bool last) {
        row_.opened += 1;
        switch (act.kind) {
            case Act::exchange:
                write_down(fd.get(), row_, act.down_bytes, act.writes);
                read_exactly(fd.get(), act.up_bytes);
                if (!act.server_first) expect_end(fd.get());
                return end(last);
            case Act::half_close:
                read_exactly(fd.get(), act.up_bytes);
                expect_end(fd.get());
                write_down(fd.get(), row_, act.down_bytes, act.writes);
                return end(last);
            case Act::reset_by_server:
                fill_up(fd.get(), row_, LedgerRow::reset_by_us, act.down_bytes);
                return reset_on_close(fd.get());
            default:
                fill_up(fd.get(), row_, LedgerRow::reset_by_peer, act.down_bytes);
                must(::write(told_.in.get(), "x", 1), "write");
                wait_for_reset(fd.get());
                fail_to_write(fd.get());
        }
    }

    void ask(Fd fd, const Act& act, bool last) {
        row_.opened += 1;
        switch (act.kind) {
            case Act::exchange:
                read_exactly(fd.get(), act.down_bytes);
                write_down(fd.get(), row_, act.up_bytes, act.writes);
                if (act.server_first) expect_end(fd.get());
                return end(last);
            case Act::half_close:
                write_down(fd.get(), row_, act.up_bytes, act.writes);
                must(::shutdown(fd.get(), SHUT_WR), "shutdown");
                read_exactly(fd.get(), act.down_bytes);
                expect_end(fd.get());
                return end(last);
            case Act::reset_by_server:
                row_.closed.at(LedgerRow::reset_by_peer) += 1;
                return wait_for_reset(fd.get());
            default: {
                char byte = 0;
                must(read_some(told_.out.get(), &byte, 1), "read");
                row_.closed.at(LedgerRow::reset_by_us) += 1;
                reset_on_close(fd.get());
            }
        }
    }

  private:
    /// Nothing is unread and everything arrives; SIGKILL closes as close() does.
    void end(bool last) {
        row_.closed.at(LedgerRow::fin) += 1;
        if (last && killed_) ::raise(SIGKILL);
    }

    void fail_to_write(int fd) {
        for (int i = 0; i < failing_writes; ++i) {
            if (::send(fd, "late", 4, MSG_NOSIGNAL) >= 0 || errno == EAGAIN)
                throw std::runtime_error("a write after the reset succeeded");
            row_.errors += 1;
        }
    }

    LedgerRow& row_;
    const Pipe& told_;
    bool killed_;
};

void enter(const std::string& cgroup) {
    if (cgroup.empty()) return;
    std::ofstream procs(cgroup + "/cgroup.procs");
    procs << "0" << std::flush;
    if (!procs) throw std::runtime_error("cannot enter " + cgroup);
}

/// Whose a program's connections are: the first one's, and the later ones', if it renames itself.
struct Rows {
    LedgerRow& first;
    LedgerRow& later;
};

std::string later_name(const std::string& name) { return name + "_"; }

void rename(const std::string& name) {
    must(::prctl(PR_SET_NAME, later_name(name).c_str()), "PR_SET_NAME");
}

void serve_all(const Plan& plan, const Rows& rows, const Pipe& told,
               const std::vector<Fd>& listeners) {
    for (const Act& act : plan.acts) {
        const bool first = &act == &plan.acts.front();
        Actor actor(first ? rows.first : rows.later, told, plan.killed);
        actor.serve(accept_any(listeners), act, &act == &plan.acts.back());
        if (plan.renames && first) rename(plan.server);
    }
    if (plan.killed) ::raise(SIGKILL);
}

/// A child serves; who listened waits for it.
void serve_by_child(const Plan& plan, const std::function<void()>& serve) {
    const pid_t child = must(::fork(), "fork");
    if (child == 0) {
        ::prctl(PR_SET_PDEATHSIG, SIGKILL);
        try {
            serve();
        } catch (const std::exception& error) {
            std::fprintf(stderr, "%s, its child: %s\n", plan.server.c_str(), error.what());
            ::_exit(1);
        }
        ::_exit(0);
    }
    int status = 0;
    must(::waitpid(child, &status, 0), "waitpid");
    if (plan.killed && WIFSIGNALED(status)) ::raise(SIGKILL);
    if (status != 0) throw std::runtime_error("the child failed");
}

Fd dial(const Plan& plan, std::uint16_t port, int receive_buffer_bytes) {
    const bool chosen = plan.dial != Plan::Dial::ephemeral;
    Fd fd = chosen ? bound_socket(AF_INET, plan.dial_port) : patient_socket(AF_INET);
    if (receive_buffer_bytes > 0) set_option(fd.get(), SOL_SOCKET, SO_RCVBUF, receive_buffer_bytes);
    const SocketName address(false, port, false);
    if (::connect(fd.get(), address.get(), address.size()) != 0) fd.reset();
    return fd;
}

void ask_all(const Plan& plan, const Rows& rows, const Pipe& told, std::uint16_t port,
             std::uint16_t refused_port) {
    std::vector<Fd> own;
    if (plan.dial == Plan::Dial::listening) {
        own.push_back(bound_socket(AF_INET, plan.dial_port));
        must(::listen(own.back().get(), 1), "listen");
    }
    if (plan.refused && dial(plan, refused_port, 0).valid())
        throw std::runtime_error("somebody answers where nobody listens");
    for (const Act& act : plan.acts) {
        const bool first = &act == &plan.acts.front();
        const bool reads = act.kind == Act::exchange || act.kind == Act::half_close;
        Fd fd = dial(plan, port, reads ? 0 : small_buffer);
        if (!fd.valid()) must(-1, "connect");
        Actor actor(first ? rows.first : rows.later, told, plan.killed);
        actor.ask(std::move(fd), act, &act == &plan.acts.back());
        if (plan.renames && first) rename(plan.client);
    }
    if (plan.killed) ::raise(SIGKILL);
}

template <typename Kind>
Kind draw(std::mt19937_64& random) {
    return static_cast<Kind>(random() % static_cast<std::uint64_t>(Kind::kinds));
}

Act draw_act(std::mt19937_64& random) {
    Act act;
    // What fills a queue takes a second until it stands still.
    act.kind = random() % 8 == 0 ? (random() % 2 == 0 ? Act::reset_by_server : Act::reset_by_client)
                                 : (random() % 2 == 0 ? Act::exchange : Act::half_close);
    const bool fills = act.kind >= Act::reset_by_server;
    constexpr std::uint64_t large = 600'000;
    act.down_bytes =
        static_cast<std::uint32_t>(fills ? 5'000 + random() % 60'000 : random() % large);
    act.up_bytes = static_cast<std::uint32_t>(random() % (random() % 4 == 0 ? large : 2'000));
    act.writes = 1 + static_cast<std::uint32_t>(random() % 5);
    act.server_first = random() % 2 == 0;
    return act;
}

}  // namespace

Plan draw_plan(std::mt19937_64& random) {
    Plan plan;
    plan.server = fmt::format("{}server{}", ledger_names, random() % 5);
    plan.client = fmt::format("{}client{}", ledger_names, random() % 5);
    plan.listen = draw<Plan::Listen>(random);
    plan.dial = draw<Plan::Dial>(random);
    plan.own_namespace = random() % 6 == 0;
    plan.killed = random() % 3 == 0;
    plan.refused = random() % 4 == 0;
    const std::uint64_t acts = 1 + random() % 4;
    for (std::uint64_t i = 0; i < acts; ++i) plan.acts.push_back(draw_act(random));
    // From one port to one port there is a connection at a time, and TIME_WAIT after it.
    if (plan.dial != Plan::Dial::ephemeral) plan.acts.resize(1);
    if (plan.listen == Plan::Listen::activated)
        plan.executed = fmt::format("{}executed{}", ledger_names, random() % 3);
    else
        plan.renames = random() % 3 == 0;
    return plan;
}

std::string to_string(const Plan& plan) {
    constexpr std::array<const char*, 7> listens{"plain",     "dual_stack", "unbound", "shared",
                                                 "inherited", "activated",  "mptcp"};
    constexpr std::array<const char*, 3> dials{"ephemeral", "fixed", "listening"};
    constexpr std::array<const char*, Act::kinds> acts{"exchange", "half_close", "reset_by_server",
                                                       "reset_by_client"};
    std::string text = fmt::format(
        "listen {}, dial {}{}{}{}{}{}:", listens.at(static_cast<std::size_t>(plan.listen)),
        dials.at(static_cast<std::size_t>(plan.dial)), plan.own_namespace ? ", namespace" : "",
        plan.cgroup.empty() ? "" : ", cgroup", plan.killed ? ", killed" : "",
        plan.refused ? ", refused" : "", plan.renames ? ", renames" : "");
    for (const Act& act : plan.acts)
        text += fmt::format(" {}({} down, {} up, {} writes{})", acts.at(act.kind), act.down_bytes,
                            act.up_bytes, act.writes, act.server_first ? ", server first" : "");
    return text;
}

void play_executed(const Executed& what) {
    Plan plan;
    plan.acts = what.acts;
    plan.killed = what.killed;
    std::vector<Fd> listeners;
    listeners.emplace_back(what.listener);
    const Pipe told{.out = Fd(what.told_out), .in = Fd(what.told_in)};
    LedgerRow& row = Ledger::attach(what.ledger, what.place);
    serve_all(plan, {.first = row, .later = row}, told, listeners);
}

Play::Play(Plan plan, Ledger& ledger) : plan_(std::move(plan)), told_(make_pipe()) {
    std::optional<NetnsVisit> visit;
    if (plan_.own_namespace) visit.emplace();
    const std::string where = visit ? fmt::format("@netns:{}", netns_inode()) : "";
    const std::uint16_t refused_port = plan_.refused ? fresh_port() : std::uint16_t{0};
    Plan& p = plan_;

    server_.emplace(p.server.c_str(), [&p, this, &ledger](const Talk& talk) {
        enter(p.cgroup);
        const std::vector<Fd> listeners = open_listeners(p);
        talk.say(port_of(listeners.front()));
        const std::size_t first = talk.hear();
        const Rows rows{.first = ledger.place(first), .later = ledger.place(talk.hear())};
        const auto serve = [&] { serve_all(p, rows, told_, listeners); };
        if (p.listen == Plan::Listen::inherited)
            serve_by_child(p, serve);
        else if (p.listen == Plan::Listen::activated)
            serve_by_child(p, [&] {
                execute(p.executed, {.acts = p.acts,
                                     .killed = p.killed,
                                     .listener = listeners.front().get(),
                                     .told_out = told_.out.get(),
                                     .told_in = told_.in.get(),
                                     .ledger = ledger.descriptor(),
                                     .place = first});
            });
        else
            serve();
        talk.say(1);
    });
    const auto port = static_cast<std::uint16_t>(server_->hear());
    const auto place_of = [&](const std::string& name, std::uint16_t on, const char* role) {
        const std::size_t place = ledger.place_of(name + where, on, role);
        ledger.remember(place, to_string(p));
        return place;
    };
    const bool by_executed = p.acceptor_owns && !p.executed.empty();
    place_of(p.server, port, "server");
    const std::size_t server = place_of(by_executed ? p.executed : p.server, port, "server");
    const bool is_new = p.renames && p.acceptor_owns;
    server_->say(server);
    server_->say(is_new ? place_of(later_name(p.server), port, "server") : server);
    const std::size_t client = place_of(p.client, p.port, "client");
    const Rows rows{.first = ledger.place(client),
                    .later = ledger.place(
                        p.renames ? place_of(later_name(p.client), p.port, "client") : client)};
    if (p.refused) place_of(p.client, refused_port, "client");
    if (p.dial == Plan::Dial::listening) place_of(p.client, p.dial_port, "server");
    client_.emplace(p.client.c_str(), [&p, this, &rows, port, refused_port](const Talk& talk) {
        enter(p.cgroup);
        ask_all(p, rows, told_, port, refused_port);
        talk.say(1);
    });
}

void Play::finish() {
    for (std::optional<Program>* one : {&client_, &server_}) {
        if (plan_.killed)
            (*one)->wait();
        else
            static_cast<void>((*one)->hear());
    }
    client_.reset();
    server_.reset();
}

}  // namespace wiregap::truth
