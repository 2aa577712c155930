// SPDX-License-Identifier: Apache-2.0
// Writers that wait for room, connections that wait for accept(), bytes that wait for read().
#include <arpa/inet.h>
#include <linux/tcp.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <cstdio>
#include <string>
#include <utility>
#include <vector>

#include "tests/truth/expectations.h"
#include "tests/truth/link.h"
#include "tests/truth/netstat.h"
#include "tests/truth/reasons.h"
#include "tests/truth/scenario.h"

namespace wiregap::truth {

namespace {

// How long the writer waited for room: from the write() that took nothing to the one that did.
Bracket wait_for_room(const Link& link, std::uint64_t wait_ns) {
    const int writer = link.accepted.get();
    char block[4096] = {};
    std::uint64_t refused_begin = now_ns();
    // Refused once more now, so that the wait's beginning is known.
    while (::send(writer, block, sizeof block, MSG_DONTWAIT) > 0) refused_begin = now_ns();
    const std::uint64_t refused_end = now_ns();
    sleep_ns(wait_ns);
    const std::uint64_t read_begin = now_ns();
    char sink[65536];
    ssize_t sent = -1;
    while (sent <= 0) {
        (void)!::recv(link.connecting.get(), sink, sizeof sink, MSG_DONTWAIT);
        sent = ::send(writer, block, 1, MSG_DONTWAIT);
    }
    const std::uint64_t accepted_end = now_ns();
    return {read_begin - refused_end, accepted_end - refused_begin};
}

void check_writable_wait(Session& session, const View& view, const std::string& limit,
                         const Bracket& truth) {
    const std::string key = "/writable_wait/" + limit;
    session.expect(view, key + "/count", 1);
    const double slack = session.vm() ? 0.002 : 0.001;
    session.expect_within(view, key + "/sum_seconds",
                          static_cast<double>(truth.low_ns) / 1e9 - slack,
                          static_cast<double>(truth.high_ns) / 1e9 + slack);
}

void writable_wait(Session& session) {
    const Listener listener;
    const Link link = listener.connect(1 << 16);
    const int writer = link.accepted.get();
    set_option(writer, SOL_SOCKET, SO_SNDBUF, 1 << 16);
    set_nonblocking(writer);
    const Bracket truth = wait_for_room(link, 200 * ms);
    const View view = session.settled_service({.port = listener.port()});
    check_writable_wait(session, view, "sndbuf", truth);
    session.expect(view, "/writable_wait/notsent_lowat/count", 0);
}

void writable_wait_lowat(Session& session) {
    const Listener listener;
    const Link link = listener.connect(1 << 16);
    const int writer = link.accepted.get();
    set_option(writer, SOL_SOCKET, SO_SNDBUF, 4 << 20);
    set_tcp_option(writer, TCP_NOTSENT_LOWAT, 1 << 14);
    set_nonblocking(writer);
    const Bracket truth = wait_for_room(link, 200 * ms);
    const View view = session.settled_service({.port = listener.port()});
    check_writable_wait(session, view, "notsent_lowat", truth);
    session.expect(view, "/writable_wait/sndbuf/count", 0);
}

struct Crowded {
    Fd listener;
    std::uint16_t port;
    std::vector<Fd> clients;
};

// A listener for three (the kernel takes one more than asked), and more clients than that.
Crowded crowd(unsigned clients) {
    Crowded crowded{
        Fd(must(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), "socket")), fresh_port(), {}};
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(crowded.port);
    const auto* raw = reinterpret_cast<const sockaddr*>(&address);
    must(::bind(crowded.listener.get(), raw, sizeof address), "bind");
    must(::listen(crowded.listener.get(), 2), "listen");
    for (unsigned i = 0; i < clients; ++i) {
        Fd client(must(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0), "socket"));
        (void)!::connect(client.get(), raw, sizeof address);  // the late ones stay in SYN_SENT
        crowded.clients.push_back(std::move(client));
    }
    return crowded;
}

void accept_queue(Session& session) {
    constexpr unsigned fits = 3;
    // Every other listener here keeps its queue empty.
    const std::uint64_t before = netstat("ListenOverflows");
    Crowded crowded = crowd(fits + 2);
    const std::uint64_t begin = now_ns();
    const View full = session.settled_service({.port = crowded.port});
    session.expect(full, "/accept_queue/length", fits);
    session.expect(full, "/accept_queue/limit", 2);
    session.expect_within(full, "/accept_queue/fill_ratio_max", 1, 1);
    crowded.clients.resize(fits);  // the others stop trying
    sleep_ns(300 * ms);
    const std::uint64_t overflows = netstat("ListenOverflows") - before;
    session.consistent("ListenOverflows moved", overflows > 0 ? 1 : 0, 1);
    const double waited_at_least = static_cast<double>(now_ns() - begin) / 1e9;
    std::vector<Fd> accepted;
    for (unsigned i = 0; i < fits; ++i)
        accepted.emplace_back(must(::accept(crowded.listener.get(), nullptr, nullptr), "accept"));
    const double waited_at_most = static_cast<double>(now_ns() - begin) / 1e9 + 0.1;
    const View view = session.settled_service({.port = crowded.port});
    session.expect(view, "/accept_queue/length", 0);
    session.expect_within(view, "/accept_queue/fill_ratio_max", 0, 0);
    session.expect(view, "/accept_queue/overflows", overflows);
    if (!session.has_hook("inet_csk_accept")) {
        session.report().skip("accept_wait", "no hook inet_csk_accept in this back end");
        return;
    }
    session.expect(view, "/accept_wait/count", fits);
    session.expect_within(view, "/accept_wait/sum_seconds", fits * (waited_at_least - 0.02),
                          fits * (waited_at_most + 0.02));
}

// The same queue seen from the other end: what arrived and was not read, and the closed window.
void receive_queue(Session& session) {
    const Listener listener;
    const Link link = listener.connect(1 << 16);
    const ServiceKey client{.port = listener.port(), .role = "client"};
    const Filled filled = fill(link.accepted.get());
    int unread = 0;
    must(::ioctl(link.connecting.get(), FIONREAD, &unread), "FIONREAD");
    const View first = session.settled_service(client);
    session.expect(first, "/receive_queue_bytes", static_cast<std::uint64_t>(unread));
    sleep_ns(500 * ms);
    const View second = session.settled_service(client);
    session.consistent("something waits for read()", unread > 0 ? 1 : 0, 1);
    const View server = session.settled_service({.port = listener.port()});
    if (knows_reasons(session, server)) {
        session.report().within("seconds of our closed window",
                                second.number("/zero_window_seconds/ours").value_or(0) -
                                    first.number("/zero_window_seconds/ours").value_or(0),
                                0.4, 5);
        session.expect_within(server, "/zero_window_seconds/peer", 0.4,
                              server.number("/held_seconds/rwnd").value_or(0));
    }
    read_exactly(link.connecting.get(), filled.accepted_bytes);
    wait_all_acked(link.accepted.get());
    session.expect(session.settled_service(client), "/receive_queue_bytes", 0);
}

}  // namespace

std::vector<Scenario> wait_scenarios() {
    return {
        {"writable_wait", "EAGAIN for want of buffer until the next byte", writable_wait},
        {"writable_wait_lowat", "the same below TCP_NOTSENT_LOWAT", writable_wait_lowat},
        {"accept_queue", "a listener that nobody serves", accept_queue},
        {"receive_queue", "a reader that sleeps, seen from its side", receive_queue,
         Scenario::Needs::shared_daemon, Scenario::In::whole_runs},
    };
}

}  // namespace wiregap::truth
