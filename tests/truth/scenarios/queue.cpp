// SPDX-License-Identifier: Apache-2.0
// Send queues that fill: a peer that does not read, and a writer that has to wait.
#include <sys/socket.h>

#include <algorithm>

#include "tests/truth/expectations.h"
#include "tests/truth/link.h"
#include "tests/truth/scenario.h"

namespace wiregap::truth {

namespace {

// The queue of a peer that does not read, by every face of wiregap.
void check_queue(Session& session, const Listener& listener, int writer, const Filled& filled) {
    SocketTruth truth;
    const Picture picture =
        session.standing_still([writer] { return socket_truth(writer); }, truth, listener.port());
    expect_consistent(session, truth);
    const View view = session.service(picture, {.port = listener.port()});
    session.expect(view, "/written_bytes", filled.accepted_bytes);
    session.expect(view, "/transmitted_bytes", filled.accepted_bytes - truth.notsent_bytes);
    session.expect(view, "/acked_bytes", filled.accepted_bytes - truth.send_queue_bytes);
    session.expect(view, "/retransmitted_bytes", truth.retransmitted_bytes);
    expect_gauges(session, view, truth);
    session.expect_identities(view);
    if (session.daemon() == nullptr) return;
    const View row = session.connection(picture, writer);
    expect_row(session, row, truth);
    session.expect(row, "/acked_bytes", filled.accepted_bytes - truth.send_queue_bytes);
    session.expect(row, "/service_port", listener.port());
    session.expect_text(row, "/state", "established");
    session.expect_text(row, "/role", "server");
}

// Where a write that was cut short is inferred, one that was taken whole may look like one: if the
// queue had been full before, and at most once for each EAGAIN.
void expect_partial(Session& session, const View& view, const Filled& filled) {
    const bool inferred = session.daemon() != nullptr && session.has_hook("sock_send_length");
    const std::uint64_t look_like_one =
        inferred ? std::min(filled.whole_after_full, filled.would_block) : 0;
    session.expect_within(view, "/write_shortfalls/partial", static_cast<double>(filled.partial),
                          static_cast<double>(filled.partial + look_like_one));
}

void check_shortfalls(Session& session, const View& view, const Filled& filled) {
    expect_writes(session, view, filled.accepted_calls);
    session.expect(view, "/write_shortfalls/would_block", filled.would_block);
    expect_partial(session, view, filled);
    session.expect(view, "/write_shortfalls/error", 0);
}

void peer_not_reading_over(Session& session, Family family) {
    const Listener listener(family);
    const Link link = listener.connect();
    const int writer = link.accepted.get();
    const std::uint64_t begin = now_ns();
    const Filled filled = fill(writer);
    session.consistent("something was accepted", filled.accepted_bytes > 0 ? 1 : 0, 1);
    session.consistent("something waits", notsent_bytes(writer) > 0 ? 1 : 0, 1);
    check_queue(session, listener, writer, filled);
    sleep_ns(500 * ms);  // nothing happens: the gauges must stay right
    check_queue(session, listener, writer, filled);
    read_exactly(link.connecting.get(), filled.accepted_bytes);
    wait_all_acked(writer);
    const View view = session.settled_service({.port = listener.port()});
    expect_delivered(session, view, filled.accepted_bytes);
    check_shortfalls(session, view, filled);
    expect_gauges(session, view, socket_truth(writer));
    session.expect_within(view, "/write_to_transmit/late_p99_seconds", 0.5,
                          static_cast<double>(now_ns() - begin) / 1e9 * 1.125);
}

void peer_not_reading(Session& session) { peer_not_reading_over(session, Family::v4); }
void ipv6_not_reading(Session& session) { peer_not_reading_over(session, Family::v6); }
void mapped_not_reading(Session& session) { peer_not_reading_over(session, Family::v4_mapped); }

// Small writes into what a reader has made room for, until nothing fits: most are taken whole
// though the buffer is full, for the last segment has room; one may just fill that segment.
void small_writes_refill(Session& session) {
    constexpr std::size_t read_bytes = 200'000;
    constexpr unsigned refills = 2;
    const Listener listener;
    const Link link = listener.connect();
    const int writer = link.accepted.get();
    Filled filled = fill(writer);
    for (unsigned i = 0; i < refills; ++i) {
        read_exactly(link.connecting.get(), read_bytes);
        filled += fill(writer, 100, true);
    }
    session.consistent("small writes were taken", filled.accepted_calls > 1'000 ? 1 : 0, 1);
    read_exactly(link.connecting.get(), filled.accepted_bytes - refills * read_bytes);
    wait_all_acked(writer);
    const View view = session.settled_service({.port = listener.port()});
    expect_delivered(session, view, filled.accepted_bytes);
    expect_partial(session, view, filled);
}

// Blocking writes to a reader that begins late. A delay counts from the moment when the kernel
// accepted a write's last byte, not from the call that slept for it.
void blocked_writer(Session& session) {
    constexpr std::size_t call_bytes = 1 << 20;
    constexpr unsigned calls = 8;
    constexpr std::uint64_t reader_sleep_ns = 500 * ms;
    const Listener listener;
    const Link link = listener.connect(1 << 16);
    set_option(link.accepted.get(), SOL_SOCKET, SO_SNDBUF, 1 << 18);
    Reader reader(link.connecting.get(), calls * call_bytes, reader_sleep_ns);
    unsigned held = 0;
    std::uint64_t longest_call_ns = 0;
    for (unsigned i = 0; i < calls; ++i) {
        const std::uint64_t begin = now_ns();
        write_all(link.accepted.get(), call_bytes);
        longest_call_ns = std::max(longest_call_ns, now_ns() - begin);
        held += notsent_bytes(link.accepted.get()) > 0 ? 1U : 0U;
    }
    reader.finish();
    wait_all_acked(link.accepted.get());
    session.consistent("a write slept", longest_call_ns > reader_sleep_ns * 9 / 10 ? 1 : 0, 1);
    const View view = session.settled_service({.port = listener.port()});
    expect_delivered(session, view, calls * call_bytes);
    expect_writes(session, view, calls);
    session.expect_within(view, "/writes/late", held, calls);
    session.expect_within(view, "/write_to_transmit/late_p99_seconds", 0, 1);
    session.expect(view, "/write_shortfalls/would_block", 0);
    session.expect(view, "/write_shortfalls/partial", 0);
}

}  // namespace

std::vector<Scenario> queue_scenarios() {
    return {
        {"peer_not_reading", "a send queue filled until EAGAIN, then read", peer_not_reading},
        {"ipv6_not_reading", "the same over ::1", ipv6_not_reading},
        {"mapped_not_reading", "the same with an IPv6 listener over IPv4", mapped_not_reading,
         Scenario::Needs::shared_daemon, Scenario::In::whole_runs},
        {"small_writes_refill", "a full queue with some room, filled in writes of 100 bytes",
         small_writes_refill},
        {"blocked_writer", "8 MiB of blocking writes to a reader that sleeps", blocked_writer},
    };
}

}  // namespace wiregap::truth
