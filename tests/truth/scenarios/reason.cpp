// SPDX-License-Identifier: Apache-2.0
// Bytes held for a reason that the test makes, on plain loopback.
#include <linux/tcp.h>
#include <sys/socket.h>

#include <stdexcept>

#include "tests/truth/expectations.h"
#include "tests/truth/link.h"
#include "tests/truth/reasons.h"
#include "tests/truth/scenario.h"

namespace wiregap::truth {

namespace {

// The connection's own row while it is stalled, and the time that goes on adding up.
void check_stall_grows(Session& session, const Listener& listener, int writer) {
    if (session.daemon() == nullptr) return;
    const Picture first = session.settled_on(listener.port());
    const View before = session.service(first, {.port = listener.port()});
    if (!knows_reasons(session, before)) return;
    session.expect_text(session.connection(first, writer), "/reason", "rwnd");
    sleep_ns(300 * ms);
    const Picture second = session.settled_on(listener.port());
    const View after = session.service(second, {.port = listener.port()});
    // Each picture is of some time between the begin of its reading and its answer.
    const double least = static_cast<double>(second.taken_ns - first.asked_ns) / 1e9;
    const double most = static_cast<double>(second.asked_ns - first.taken_ns) / 1e9;
    session.report().within("held seconds between two pictures of a stall",
                            held_sum(after) - held_sum(before), least - 0.001, most + 0.001);
}

void reason_rwnd(Session& session) {
    const Listener listener;
    const Link link = listener.connect();
    const int writer = link.accepted.get();
    HeldWatch watch(writer, session.vm());
    const Filled filled = fill(writer);
    check_stall_grows(session, listener, writer);
    read_exactly(link.connecting.get(), filled.accepted_bytes);
    wait_all_acked(writer);
    const HeldTime truth = watch.end();
    const View view = session.settled_service({.port = listener.port()});
    expect_reason(session, view, "rwnd", truth, 4);
    // The kernel's own chrono counts in jiffies, and stops while a window update is on its way.
    const double chrono = rwnd_limited_seconds(writer);
    session.expect_within(view, "/held_seconds/rwnd", chrono - 0.05, chrono + 0.05);
}

void hold_by(Session& session, const Listener& listener, const Link& link, int flags) {
    const int writer = link.accepted.get();
    HeldWatch watch(writer, session.vm());
    for (unsigned i = 0; i < 3; ++i) {
        must(::send(writer, "0123456789", 10, flags), "send");
        sleep_ns(100 * ms);
        if (flags == 0) set_tcp_option(writer, TCP_CORK, 0);
        // Setting TCP_NODELAY pushes what MSG_MORE held back.
        set_tcp_option(writer, TCP_NODELAY, 1);
        if (flags == 0) set_tcp_option(writer, TCP_CORK, 1);
        wait_all_acked(writer);
    }
    const HeldTime truth = watch.end();
    const View view = session.settled_service({.port = listener.port()});
    expect_reason(session, view, "cork", truth, 3);
}

void reason_cork(Session& session) {
    const Listener listener;
    const Link link = listener.connect();
    set_tcp_option(link.accepted.get(), TCP_CORK, 1);
    hold_by(session, listener, link, 0);
}

void reason_msg_more(Session& session) {
    const Listener listener;
    const Link link = listener.connect();
    hold_by(session, listener, link, MSG_MORE);
}

// A small write behind a small one that is in flight, until the peer's delayed ACK.
HeldTime hold_by_nagle(const Session& session, const Link& link) {
    const int writer = link.accepted.get();
    HeldWatch watch(writer, session.vm());
    for (unsigned i = 0; i < 10; ++i) {
        set_tcp_option(link.connecting.get(), TCP_QUICKACK, 0);
        write_all(writer, 100);
        write_all(writer, 77);
        wait_all_acked(writer);
    }
    return watch.end();
}

void reason_nagle(Session& session) {
    const Listener listener;
    const Link link = listener.connect();
    const HeldTime truth = hold_by_nagle(session, link);
    if (truth.low_seconds < 0.02) throw std::runtime_error("the peer never delayed its ACK");
    const View view = session.settled_service({.port = listener.port()});
    expect_reason(session, view, "nagle", truth, 10);
}

// TCP's own pacing timer; the first ten segments of a connection are not paced.
void reason_pacing(Session& session) {
    constexpr unsigned bytes_per_second = 4'000'000;
    constexpr std::size_t bytes = 4'000'000;
    const Listener listener;
    const Link link = listener.connect(4 << 20);
    const int writer = link.accepted.get();
    set_option(writer, SOL_SOCKET, SO_SNDBUF, 8 << 20);
    set_option(writer, SOL_SOCKET, SO_MAX_PACING_RATE, bytes_per_second);
    HeldWatch watch(writer, session.vm());
    Reader reader(link.connecting.get(), bytes);
    write_in_parts(writer, bytes);
    reader.finish();
    wait_all_acked(writer);
    const HeldTime truth = watch.end();
    const View view = session.settled_service({.port = listener.port()});
    expect_reason(session, view, "pacing", truth);
}

// The bytes of a write() that sleeps are held although it has not returned.
void reason_blocked_writer(Session& session) {
    constexpr std::size_t bytes = 8 << 20;
    const Listener listener;
    const Link link = listener.connect(1 << 16);
    const int writer = link.accepted.get();
    set_option(writer, SOL_SOCKET, SO_SNDBUF, 1 << 18);
    HeldWatch watch(writer, session.vm());
    Reader reader(link.connecting.get(), bytes, 500 * ms);
    const std::uint64_t begin = now_ns();
    write_all(writer, bytes);
    const double call_seconds = static_cast<double>(now_ns() - begin) / 1e9;
    reader.finish();
    wait_all_acked(writer);
    const HeldTime truth = watch.end();
    const View view = session.settled_service({.port = listener.port()});
    if (!knows_reasons(session, view)) return;
    const Tolerance tolerance = session.tolerance();
    // The reader sleeps for 500 ms, of which the writer needs some to fill the buffer. Without a
    // hook on the sleeper its bytes are met at the next ACK or tick.
    const double seen = session.has_hook("sk_stream_wait_memory") ? 0.3 : 0.2;
    session.report().equal("reason with the largest share",
                           view.number("/held_seconds/rwnd").value_or(0) > seen ? "rwnd" : "-",
                           "rwnd");
    session.report().within("held seconds of all reasons", held_sum(view), seen,
                            truth.high_seconds * (1 + tolerance.ratio) + 0.1);
    if (!session.has_hook("sk_stream_wait_memory")) {
        session.report().skip("write_blocked", "no hook sk_stream_wait_memory");
        return;
    }
    session.expect_within(view, "/write_blocked/sum_seconds", 0.3, call_seconds + 0.01);
    session.report().within("sleeps of the writer", view.number("/write_blocked/count").value_or(0),
                            1, 1e6);
}

}  // namespace

std::vector<Scenario> reason_scenarios() {
    return {
        {"reason_rwnd", "a peer that does not read for a while", reason_rwnd},
        {"reason_cork", "TCP_CORK for three times 100 ms", reason_cork},
        {"reason_msg_more", "MSG_MORE for three times 100 ms", reason_msg_more},
        {"reason_nagle", "small writes behind delayed ACKs", reason_nagle},
        {"reason_pacing", "SO_MAX_PACING_RATE, paced by TCP", reason_pacing},
        {"reason_blocked_writer", "one write() that sleeps", reason_blocked_writer},
    };
}

}  // namespace wiregap::truth
