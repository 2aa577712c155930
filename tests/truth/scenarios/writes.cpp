// SPDX-License-Identifier: Apache-2.0
// Small writes to a peer that reads: bytes and calls are exact.
#include <linux/tcp.h>
#include <sys/socket.h>

#include <cerrno>
#include <vector>

#include "tests/truth/expectations.h"
#include "tests/truth/link.h"
#include "tests/truth/scenario.h"

namespace wiregap::truth {

namespace {

constexpr std::size_t small = 64;

// Writes, and after each one lets the peer read it. How many were not on the wire at the return.
unsigned write_and_read(int writer, int peer, unsigned times) {
    unsigned held = 0;
    for (unsigned i = 0; i < times; ++i) {
        write_all(writer, small);
        held += notsent_bytes(writer) > 0 ? 1U : 0U;
        read_exactly(peer, small);
    }
    wait_all_acked(writer);
    return held;
}

void check_at_once(Session& session, const View& view, int writer, unsigned calls, unsigned held) {
    expect_delivered(session, view, calls * small);
    expect_writes(session, view, calls);
    // An ACK can release a write between its return and our look at it, never the other way round.
    session.expect_within(view, "/writes/late", held, held + 10);
    session.expect(view, "/connections/established", 1);
    session.expect(view, "/connections_opened", 1);
    expect_gauges(session, view, socket_truth(writer));
}

void at_once_over(Session& session, Family family) {
    constexpr unsigned calls = 1000;
    const Listener listener(family);
    const Link link = listener.connect();
    set_tcp_option(link.accepted.get(), TCP_NODELAY, 1);
    const unsigned held = write_and_read(link.accepted.get(), link.connecting.get(), calls);
    session.consistent("calls that were held with TCP_NODELAY", held, 0);
    const Picture picture = session.settled_on(listener.port());
    const View server = session.service(picture, {.port = listener.port()});
    check_at_once(session, server, link.accepted.get(), calls, held);
    session.expect_name({.port = listener.port()}, "wiregap_truth");
    const View client = session.service(picture, {.port = listener.port(), .role = "client"});
    expect_delivered(session, client, 0);
    expect_gauges(session, client, socket_truth(link.connecting.get()));
}

void at_once(Session& session) { at_once_over(session, Family::v4); }
void ipv6_at_once(Session& session) { at_once_over(session, Family::v6); }
void mapped_at_once(Session& session) { at_once_over(session, Family::v4_mapped); }

void client_at_once(Session& session) {
    constexpr unsigned calls = 1000;
    const Listener listener;
    const Link link = listener.connect();
    set_tcp_option(link.connecting.get(), TCP_NODELAY, 1);
    const unsigned held = write_and_read(link.connecting.get(), link.accepted.get(), calls);
    const Picture picture = session.settled_on(listener.port());
    const View client = session.service(picture, {.port = listener.port(), .role = "client"});
    check_at_once(session, client, link.connecting.get(), calls, held);
    expect_delivered(session, session.service(picture, {.port = listener.port()}), 0);
}

// Writes after our own half-close fail with EPIPE and take nothing.
void write_error(Session& session) {
    constexpr unsigned errors = 3;
    const Listener listener;
    const Link link = listener.connect();
    write_all(link.accepted.get(), small);
    must(::shutdown(link.accepted.get(), SHUT_WR), "shutdown");
    unsigned failed = 0;
    for (unsigned i = 0; i < errors; ++i)
        failed += ::send(link.accepted.get(), "x", 1, MSG_NOSIGNAL) < 0 && errno == EPIPE ? 1U : 0U;
    session.consistent("writes that failed with EPIPE", failed, errors);
    session.consistent("bytes read", read_to_end(link.connecting.get()), small);
    wait_all_acked(link.accepted.get());
    const View view = session.settled_service({.port = listener.port()});
    expect_delivered(session, view, small);
    expect_writes(session, view, 1);
    session.expect(view, "/write_shortfalls/error", errors);
    session.expect(view, "/write_shortfalls/would_block", 0);
    session.expect(view, "/write_shortfalls/partial", 0);
}

// The peer closed its half first: ACKs arrive in CLOSE_WAIT, where the kernel's hooks for
// ESTABLISHED do not fire.
void close_wait(Session& session) {
    constexpr unsigned calls = 200;
    const Listener listener;
    const Link link = listener.connect();
    set_tcp_option(link.accepted.get(), TCP_NODELAY, 1);
    must(::shutdown(link.connecting.get(), SHUT_WR), "shutdown");
    session.consistent("bytes before the end", read_to_end(link.accepted.get()), 0);
    write_and_read(link.accepted.get(), link.connecting.get(), calls);
    const View view = session.settled_service({.port = listener.port()});
    expect_delivered(session, view, calls * small);
    expect_writes(session, view, calls);
    session.expect(view, "/connections/close_wait", 1);
}

}  // namespace

std::vector<Scenario> write_scenarios() {
    return {
        {"at_once", "1000 writes of 64 B, each read", at_once},
        {"client_at_once", "the same, written by the connecting side", client_at_once},
        {"ipv6_at_once", "at_once over ::1", ipv6_at_once},
        {"mapped_at_once", "at_once to an IPv6 listener over IPv4", mapped_at_once},
        {"write_error", "EPIPE after our own half-close", write_error},
        {"close_wait", "writes after the peer's half-close", close_wait},
    };
}

}  // namespace wiregap::truth
