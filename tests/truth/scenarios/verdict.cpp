// SPDX-License-Identifier: Apache-2.0
// Verdicts whose cause the test makes on plain loopback: the time that wiregap counts under them,
// and what it says in sentences.
#include <linux/tcp.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <string>

#include "tests/truth/link.h"
#include "tests/truth/packet_filter.h"
#include "tests/truth/scenario.h"
#include "tests/truth/verdicts.h"

namespace wiregap::truth {

namespace {

void verdict_peer_stalled(Session& session) {
    const Listener listener;
    const Link link = listener.connect();
    const Filled filled = fill(link.accepted.get());
    until_verdict(session, listener.port(), "peer_stalled",
                  [](unsigned times) { sleep_ns(times * 200 * ms); });
    expect_explained(session, listener.port(), "peer_stalled", "its program has stopped reading");
    read_exactly(link.connecting.get(), filled.accepted_bytes);
    wait_all_acked(link.accepted.get());
    until_verdict(session, listener.port(), "idle",
                  [](unsigned times) { sleep_ns(times * 200 * ms); });
}

// The reader takes a tenth of a second for what the writer gives it at once.
void verdict_peer_slow(Session& session) {
    const Listener listener;
    const Link link = listener.connect();
    const int writer = link.accepted.get();
    std::size_t unread = fill(writer).accepted_bytes;
    until_verdict(session, listener.port(), "peer_slow", [&](unsigned times) {
        for (unsigned i = 0; i < times; ++i) {
            const std::size_t part = std::min<std::size_t>(unread, 50'000);
            read_exactly(link.connecting.get(), part);
            unread -= part;
            sleep_ns(100 * ms);
            unread += fill(writer).accepted_bytes;
        }
    });
    expect_explained(session, listener.port(), "peer_slow", "it reads more slowly");
    read_exactly(link.connecting.get(), unread);
    wait_all_acked(writer);
}

// The window is closed, and then nobody answers the probes of it.
void verdict_silent_peer(Session& session) {
    const Listener listener;
    const Link link = listener.connect();
    const Filled filled = fill(link.accepted.get());
    until_verdict(session, listener.port(), "peer_stalled",
                  [](unsigned times) { sleep_ns(times * 200 * ms); });
    go_deaf(link.connecting.get());
    until_verdict(session, listener.port(), "network_lossy",
                  [](unsigned times) { sleep_ns(times * 200 * ms); });
    expect_explained(session, listener.port(), "network_lossy", "probes of it were not answered");
    expect_explained(session, listener.port(), "network_lossy", "the kernel gives up in about");
    hear_again(link.connecting.get());
    read_exactly(link.connecting.get(), filled.accepted_bytes);
    wait_all_acked(link.accepted.get());
}

// close() changes nothing: the bytes wait for a peer that does not read.
void verdict_stalled_orphan(Session& session) {
    const Listener listener;
    Link link = listener.connect();
    fill(link.accepted.get());
    link.accepted.reset();
    until_verdict(session, listener.port(), "peer_stalled",
                  [](unsigned times) { sleep_ns(times * 200 * ms); });
    expect_explained(session, listener.port(), "peer_stalled", "its program has stopped reading");
}

// Small messages arrive and large ones never do: a path whose MTU is smaller than it says. BBR had
// its rate from before.
void verdict_large_lost(Session& session) {
    constexpr std::size_t small = 100;
    constexpr std::size_t large = 200'000;
    const Listener listener;
    const Link link = listener.connect();
    const int writer = link.accepted.get();
    const bool has_bbr = ::setsockopt(writer, IPPROTO_TCP, TCP_CONGESTION, "bbr", 3) == 0;
    if (!has_bbr) session.report().skip("BBR", "this kernel has it not; its default is taken");
    set_tcp_option(writer, TCP_NODELAY, 1);
    lose_larger_than(link.connecting.get(), 1000);
    write_all(writer, small);
    read_exactly(link.connecting.get(), small);
    wait_all_acked(writer);
    write_all(writer, large);
    until_verdict(session, listener.port(), "network_lossy",
                  [](unsigned times) { sleep_ns(times * 200 * ms); });
    session.consistent("nothing of it arrived", send_queue_bytes(writer), large);
    expect_explained(session, listener.port(), "network_lossy", "tcp_mtu_probing");
    if (session.daemon() == nullptr) return;
    const View view = session.settled_service({.port = listener.port()});
    if (view.number("/held_seconds/cwnd"))
        session.report().within("held seconds by pacing, of those by cwnd",
                                view.number("/held_seconds/pacing").value_or(0), 0,
                                *view.number("/held_seconds/cwnd"));
    hear_again(link.connecting.get());
    read_exactly(link.connecting.get(), large);
    wait_all_acked(writer);
}

// Small writes behind small ones that are in flight, until the peer's delayed ACK.
void verdict_coalescing(Session& session) {
    if (!knows_reasons_now(session)) return;
    const Listener listener;
    const Link link = listener.connect();
    const int writer = link.accepted.get();
    until_verdict(session, listener.port(), "coalescing", [&](unsigned times) {
        for (unsigned i = 0; i < 10 * times; ++i) {
            set_tcp_option(link.connecting.get(), TCP_QUICKACK, 0);
            write_all(writer, 100);
            write_all(writer, 77);
            wait_all_acked(writer);
            read_exactly(link.connecting.get(), 177);
        }
    });
    expect_explained(session, listener.port(), "coalescing", "TCP_NODELAY");
}

// TCP's own pacing, far below what loopback could do.
void verdict_host_egress(Session& session) {
    if (!knows_reasons_now(session)) return;
    constexpr std::size_t bytes = 2'000'000;
    const Listener listener;
    const Link link = listener.connect(4 << 20);
    const int writer = link.accepted.get();
    set_option(writer, SOL_SOCKET, SO_SNDBUF, 8 << 20);
    set_option(writer, SOL_SOCKET, SO_MAX_PACING_RATE, 4'000'000);
    until_verdict(session, listener.port(), "host_egress", [&](unsigned times) {
        Reader reader(link.connecting.get(), times * bytes);
        for (unsigned i = 0; i < times; ++i) write_all(writer, bytes);
        reader.finish();
    });
    expect_explained(session, listener.port(), "host_egress", "SO_MAX_PACING_RATE");
    wait_all_acked(writer);
}

// One write after another, each in flight until the peer's delayed ACK: nothing is held back.
void verdict_flowing(Session& session) {
    const Listener listener;
    const Link link = listener.connect();
    const int writer = link.accepted.get();
    set_tcp_option(writer, TCP_NODELAY, 1);
    until_verdict(session, listener.port(), "flowing", [&](unsigned times) {
        for (unsigned i = 0; i < 100 * times; ++i) {
            set_tcp_option(link.connecting.get(), TCP_QUICKACK, 0);
            write_all(writer, 100);
            sleep_ns(2 * ms);
            read_exactly(link.connecting.get(), 100);
        }
    });
    wait_all_acked(writer);
    until_verdict(session, listener.port(), "idle",
                  [](unsigned times) { sleep_ns(times * 200 * ms); });
}

}  // namespace

std::vector<Scenario> verdict_scenarios() {
    return {
        {"verdict_peer_stalled", "a peer that does not read", verdict_peer_stalled},
        {"verdict_peer_slow", "a peer that reads slowly", verdict_peer_slow},
        {"verdict_silent_peer", "a peer whose host is gone while its window is closed",
         verdict_silent_peer},
        {"verdict_stalled_orphan", "close(), and a peer that does not read",
         verdict_stalled_orphan},
        {"verdict_large_lost", "full-size segments are lost", verdict_large_lost},
        {"verdict_coalescing", "small writes behind delayed ACKs", verdict_coalescing},
        {"verdict_host_egress", "SO_MAX_PACING_RATE, paced by TCP", verdict_host_egress},
        {"verdict_flowing", "small writes that leave at once, then nothing", verdict_flowing},
    };
}

}  // namespace wiregap::truth
