// SPDX-License-Identifier: Apache-2.0
// A peer that hears nothing for a while: bytes in flight that nobody acknowledges, retransmissions,
// and connections that die of it. A classic socket filter drops everything that arrives at the
// peer.
#include <linux/tcp.h>
#include <poll.h>
#include <sys/socket.h>

#include <stdexcept>
#include <string>

#include "tests/truth/expectations.h"
#include "tests/truth/link.h"
#include "tests/truth/packet_filter.h"
#include "tests/truth/scenario.h"

namespace wiregap::truth {

namespace {

constexpr std::size_t write_bytes = 1'000;
constexpr unsigned writes = 40;
constexpr std::uint64_t all_bytes = writes * write_bytes;

// More than the first congestion window, in segments of their own: a part of it stays notsent.
Link with_deaf_peer(const Listener& listener) {
    Link link = listener.connect();
    set_tcp_option(link.accepted.get(), TCP_NODELAY, 1);
    go_deaf(link.connecting.get());
    for (unsigned i = 0; i < writes; ++i) write_all(link.accepted.get(), write_bytes);
    return link;
}

// Between two retransmissions everything stands still.
void check_in_flight(Session& session, const Listener& listener, int writer) {
    SocketTruth truth;
    const Picture picture =
        session.standing_still([writer] { return socket_truth(writer); }, truth, listener.port());
    expect_consistent(session, truth);
    session.consistent("SIOCOUTQ", truth.send_queue_bytes, all_bytes);
    session.consistent("something is in flight", truth.unacked_bytes() > 0 ? 1 : 0, 1);
    const View view = session.service(picture, {.port = listener.port()});
    session.expect(view, "/written_bytes", all_bytes);
    session.expect(view, "/transmitted_bytes", truth.unacked_bytes());
    session.expect(view, "/acked_bytes", 0);
    session.expect(view, "/retransmitted_bytes", truth.retransmitted_bytes);
    expect_gauges(session, view, truth);
    session.expect_identities(view);
    if (session.daemon() != nullptr)
        expect_row(session, session.connection(picture, writer), truth);
}

void retransmit(Session& session) {
    const Listener listener;
    const Link link = with_deaf_peer(listener);
    const int writer = link.accepted.get();
    check_in_flight(session, listener, writer);
    hear_again(link.connecting.get());
    read_exactly(link.connecting.get(), all_bytes);
    wait_all_acked(writer);
    const SocketTruth truth = socket_truth(writer);
    session.consistent("something was sent twice", truth.retransmitted_bytes > 0 ? 1 : 0, 1);
    const View view = session.settled_service({.port = listener.port()});
    expect_delivered(session, view, all_bytes);
    expect_writes(session, view, writes);
    session.expect(view, "/retransmitted_bytes", truth.retransmitted_bytes);
    expect_gauges(session, view, truth);
}

// Bytes in flight are undelivered as much as those that were never sent.
void check_lost(Session& session, const Listener& listener, const std::string& cause) {
    const View view = session.settled_service({.port = listener.port()});
    session.expect(view, "/notsent_bytes", 0);
    session.expect(view, "/unacked_bytes", 0);
    if (!session.sees_deaths()) return;
    session.expect(view, "/written_bytes", all_bytes);
    session.expect(view, "/acked_bytes", 0);
    session.expect(view, "/connections_closed/" + cause, 1);
    session.expect(view, "/undelivered_bytes/" + cause, all_bytes);
    session.expect(view, "/undelivered_connections/" + cause, 1);
    session.expect_identities(view);
}

void timeout_in_flight(Session& session) {
    const Listener listener;
    const Link link = with_deaf_peer(listener);
    set_tcp_option(link.accepted.get(), TCP_USER_TIMEOUT, 500);
    pollfd entry{.fd = link.accepted.get(), .events = 0, .revents = 0};
    if (must(::poll(&entry, 1, 60'000), "poll") == 0)
        throw std::runtime_error("the connection did not time out within 60 s");
    session.consistent("SIOCOUTQ of the dead socket", send_queue_bytes(link.accepted.get()),
                       all_bytes);
    check_lost(session, listener, "timeout");
}

void reset_in_flight(Session& session) {
    const Listener listener;
    Link link = with_deaf_peer(listener);
    session.consistent("SIOCOUTQ", send_queue_bytes(link.accepted.get()), all_bytes);
    reset_on_close(link.accepted.get());
    link.accepted.reset();
    check_lost(session, listener, "reset_by_us");
}

}  // namespace

std::vector<Scenario> loss_scenarios() {
    return {
        {"retransmit", "a deaf peer that hears again", retransmit},
        {"timeout_in_flight", "TCP_USER_TIMEOUT with a deaf peer", timeout_in_flight},
        {"reset_in_flight", "our reset while bytes are in flight", reset_in_flight},
    };
}

}  // namespace wiregap::truth
