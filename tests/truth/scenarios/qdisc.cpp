// SPDX-License-Identifier: Apache-2.0
// Bytes held by the path, or by the host's own queue: what needs a qdisc on loopback.
#include <fmt/format.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <string>

#include "tests/truth/expectations.h"
#include "tests/truth/link.h"
#include "tests/truth/reasons.h"
#include "tests/truth/scenario.h"

namespace wiregap::truth {

namespace {

constexpr int large_buffer = 8 << 20;

// A peer with a window for everything: rwnd never binds.
Link wide_link(const Listener& listener) {
    Link link = listener.connect(large_buffer);
    set_option(link.accepted.get(), SOL_SOCKET, SO_SNDBUF, large_buffer);
    return link;
}

struct Transfer {
    HeldTime truth;
    SocketTruth socket;
    unsigned rounds = 0;
};

/// Sends it once, and again until the path has lost something if that is asked for: chance decides,
/// and a round without a loss is not rare, as a lost packet is a whole GSO one.
Transfer send_all(const Session& session, const Link& link, std::size_t bytes,
                  bool until_lost = false) {
    constexpr unsigned most_rounds = 50;
    const int writer = link.accepted.get();
    Transfer sent;
    HeldWatch watch(writer, session.vm());
    do {
        Reader reader(link.connecting.get(), bytes);
        write_in_parts(writer, bytes);
        reader.finish();
        wait_all_acked(writer);
        sent.socket = socket_truth(writer);
    } while (++sent.rounds < most_rounds && until_lost && sent.socket.retransmitted_bytes == 0);
    sent.truth = watch.end();
    return sent;
}

void reason_cwnd(Session& session) {
    if (!has_qdiscs(session)) return;
    const Listener listener;
    const Qdisc path("netem delay 25ms limit 10000", listener.port());
    const Transfer sent = send_all(session, wide_link(listener), 400'000);
    const View view = session.settled_service({.port = listener.port()});
    expect_reason(session, view, "cwnd", sent.truth, 3);
}

void reason_lossy(Session& session) {
    if (!has_qdiscs(session)) return;
    const Listener listener;
    const Qdisc path("netem delay 10ms loss 5% limit 10000", listener.port());
    const Transfer sent = send_all(session, wide_link(listener), 400'000, true);
    session.consistent("something was sent twice", sent.socket.retransmitted_bytes > 0 ? 1 : 0, 1);
    const View view = session.settled_service({.port = listener.port()});
    expect_reason(session, view, "cwnd", sent.truth, 5 * sent.rounds);
    session.expect(view, "/retransmitted_bytes", sent.socket.retransmitted_bytes);
}

// Reno's cwnd grows to twice of what is in flight; cubic leaves slow start as soon as the queue
// delays ACKs, and then cwnd and the small queue bind in turn.
void reason_tsq(Session& session) {
    if (!has_qdiscs(session)) return;
    const Listener listener;
    const Qdisc path("tbf rate 16mbit burst 20kb latency 400ms", listener.port());
    const Link link = wide_link(listener);
    must(setsockopt(link.accepted.get(), IPPROTO_TCP, TCP_CONGESTION, "reno", 4), "TCP_CONGESTION");
    const Transfer sent = send_all(session, link, 3'000'000);
    const View view = session.settled_service({.port = listener.port()});
    expect_reason(session, view, "tsq", sent.truth, 3);
}

// A small segment behind one that still lies in the qdisc (tcp_autocorking): the first write leaves
// with the tokens that there are, the second waits for new ones, the third is small and waits for
// the second.
void reason_autocork(Session& session) {
    if (!has_qdiscs(session)) return;
    const Listener listener;
    const Qdisc path("tbf rate 64kbit burst 1540 latency 5s", listener.port());
    const Link link = listener.connect();
    const int writer = link.accepted.get();
    set_tcp_option(writer, TCP_NODELAY, 1);
    sleep_ns(1 * second);  // the bucket is full
    HeldWatch watch(writer, session.vm());
    write_all(writer, 1000);
    write_all(writer, 1000);
    write_all(writer, 100);
    read_exactly(link.connecting.get(), 2100);
    wait_all_acked(writer);
    const HeldTime truth = watch.end();
    const View view = session.settled_service({.port = listener.port()});
    expect_reason(session, view, "autocork", truth, 3);
}

void reason_fq_pacing(Session& session) {
    if (!has_qdiscs(session)) return;
    const Listener listener;
    const Qdisc path("fq", listener.port());
    Link link = wide_link(listener);
    set_option(link.accepted.get(), SOL_SOCKET, SO_MAX_PACING_RATE, 1'000'000);
    const Transfer sent = send_all(session, link, 1'000'000);
    const View view = session.settled_service({.port = listener.port()});
    expect_reason(session, view, "pacing", sent.truth, 3);
}

// Nothing is held, and the writer sleeps until what is in flight has been acknowledged.
void reason_sndbuf(Session& session) {
    if (!has_qdiscs(session)) return;
    const Listener listener;
    const Qdisc path("netem delay 10ms limit 10000", listener.port());
    const Link link = small_buffer_link(listener);
    const double calls_seconds = send_in_small_writes(link);
    wait_all_acked(link.accepted.get());
    const View view = session.settled_service({.port = listener.port()});
    if (!session.has_hook("sk_stream_wait_memory")) {
        session.report().skip("write_blocked", "no hook sk_stream_wait_memory");
        return;
    }
    // It works only as long as it copies: not half of the time, even on an emulated CPU.
    const double blocked = view.number("/write_blocked/sum_seconds").value_or(0);
    session.report().within("seconds that the writer slept", blocked, calls_seconds * 0.5,
                            calls_seconds + 0.01);
    session.report().within("held seconds of all reasons", held_sum(view), 0, blocked * 0.1);
    session.report().note(
        fmt::format("matrix reason=sndbuf share={:.3f} held={:.3f} truth={:.3f}..{:.3f}",
                    blocked / calls_seconds, blocked, calls_seconds * 0.5, calls_seconds));
}

// Segments that lie in the qdisc, in memory (truesize): more than their payload.
void egress_queue(Session& session) {
    if (!has_qdiscs(session)) return;
    const Listener listener;
    // Ten seconds: long enough for any machine to look; then it is let go.
    Qdisc path("tbf rate 8kbit burst 1540 latency 60s", listener.port());
    const Link link = listener.connect();
    set_tcp_option(link.accepted.get(), TCP_NODELAY, 1);
    constexpr std::size_t bytes = 10'000;
    write_all(link.accepted.get(), bytes);
    const View view = session.settled_service({.port = listener.port()});
    session.expect_within(view, "/egress_queue_bytes", 1'000, 10.0 * bytes);
    session.expect_within(view, "/egress_payload_bytes", 1'000, bytes);
    path.change("tbf rate 100mbit burst 20kb latency 1s");
    read_exactly(link.connecting.get(), bytes);
    wait_all_acked(link.accepted.get());
    const View empty = session.settled_service({.port = listener.port()});
    session.expect(empty, "/egress_queue_bytes", 0);
    session.expect(empty, "/egress_payload_bytes", 0);
}

}  // namespace

std::vector<Scenario> qdisc_scenarios() {
    return {
        {"reason_cwnd", "400 kB over 50 ms of round trip", reason_cwnd},
        {"reason_lossy", "400 kB with 5 % loss", reason_lossy},
        {"reason_tsq", "1 MB behind 16 Mbit/s", reason_tsq},
        {"reason_autocork", "small writes behind a slow qdisc", reason_autocork},
        {"reason_fq_pacing", "SO_MAX_PACING_RATE, paced by fq", reason_fq_pacing},
        {"reason_sndbuf", "SO_SNDBUF of 4 kB over 20 ms", reason_sndbuf},
        {"egress_queue", "bytes that lie in a slow qdisc", egress_queue},
    };
}

}  // namespace wiregap::truth
