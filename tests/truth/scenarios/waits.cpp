// SPDX-License-Identifier: Apache-2.0
// Writers that wait for room, bytes that wait for read().
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

// What arrived and was not read, and the closed window.
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
        {"receive_queue", "a reader that sleeps, seen from its side", receive_queue,
         Scenario::Needs::shared_daemon, Scenario::In::whole_runs},
    };
}

}  // namespace wiregap::truth
