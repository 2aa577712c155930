// SPDX-License-Identifier: Apache-2.0
// Verdicts whose cause is the path or the host's own queue: what needs a qdisc on loopback.
#include <linux/tcp.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <string>

#include "tests/truth/link.h"
#include "tests/truth/reasons.h"
#include "tests/truth/scenario.h"
#include "tests/truth/verdicts.h"

namespace wiregap::truth {

namespace {

constexpr int path_buffer = 8 << 20;

void send_all(const Link& link, std::size_t bytes) {
    Reader reader(link.connecting.get(), bytes);
    write_all(link.accepted.get(), bytes);
    reader.finish();
    wait_all_acked(link.accepted.get());
}

/// Sets it; false, with a skip that says so, where the kernel has no such module.
bool has_congestion_control(Session& session, int fd, const std::string& name) {
    const auto size = static_cast<socklen_t>(name.size());
    if (setsockopt(fd, IPPROTO_TCP, TCP_CONGESTION, name.c_str(), size) == 0) return true;
    session.report().skip("the verdict", "this kernel has no congestion control " + name);
    return false;
}

/// Transfers on one connection after another, so that cwnd begins small each time, until the
/// verdict has been counted.
void transfers_until(Session& session, const std::string& qdisc, std::size_t bytes,
                     const std::string& verdict) {
    if (!has_qdiscs(session) || !knows_reasons_now(session)) return;
    const Listener listener;
    const Qdisc path(qdisc, listener.port());
    until_verdict(session, listener.port(), verdict, [&](unsigned times) {
        const Link link = listener.connect(path_buffer);
        set_option(link.accepted.get(), SOL_SOCKET, SO_SNDBUF, path_buffer);
        send_all(link, times * bytes);
    });
}

void verdict_network_limited(Session& session) {
    transfers_until(session, "netem delay 100ms limit 10000", 400'000, "network_limited");
}

void verdict_network_lossy(Session& session) {
    transfers_until(session, "netem delay 50ms loss 10% limit 10000", 400'000, "network_lossy");
}

void verdict_tbf(Session& session) {
    transfers_until(session, "tbf rate 16mbit burst 20kb latency 400ms", 2'000'000, "host_egress");
}

// BBR holds the bytes by its pacing rate, which it took from the path.
void verdict_bbr(Session& session) {
    constexpr std::size_t bytes = 4'000'000;
    if (!has_qdiscs(session) || !knows_reasons_now(session)) return;
    const Listener listener;
    const Qdisc path("netem delay 20ms rate 16mbit limit 10000", listener.port());
    const Link link = listener.connect(path_buffer);
    const int writer = link.accepted.get();
    if (!has_congestion_control(session, writer, "bbr")) return;
    set_option(writer, SOL_SOCKET, SO_SNDBUF, path_buffer);
    until_verdict(session, listener.port(), "network_limited",
                  [&](unsigned times) { send_all(link, times * bytes); });
    send_all(link, bytes);
    const View view = session.settled_service({listener.port()});
    session.expect_within(view, "/held_seconds/pacing", 0.5, 300);
    // Its probing fills netem's queue now and then, which is this host's.
    session.report().within("seconds of host_egress, of those of network_limited",
                            view.number("/verdicts/host_egress/seconds").value_or(0), 0,
                            view.number("/verdicts/network_limited/seconds").value_or(0));
}

// The path would carry hundreds of segments. The delay is far below the 50 ms from which the time
// in the qdisc, which netem's is, counts as host_egress.
void verdict_sndbuf_small(Session& session) {
    if (!has_qdiscs(session)) return;
    if (!session.has_hook("sk_stream_wait_memory")) {
        session.report().skip("the verdict", "no hook tells of a writer that sleeps");
        return;
    }
    const Listener listener;
    const Qdisc path("netem delay 10ms limit 10000", listener.port());
    const Link link = small_buffer_link(listener);
    until_verdict(session, listener.port(), "sndbuf_small", [&](unsigned times) {
        for (unsigned i = 0; i < times; ++i) send_in_small_writes(link);
    });
    wait_all_acked(link.accepted.get());
}

}  // namespace

std::vector<Scenario> verdict_qdisc_scenarios() {
    return {
        {"verdict_network_limited", "200 ms of round trip, no loss", verdict_network_limited},
        {"verdict_network_lossy", "10 % loss", verdict_network_lossy},
        {"verdict_tbf", "2 MB behind 16 Mbit/s", verdict_tbf},
        {"verdict_bbr", "BBR at the path's 16 Mbit/s", verdict_bbr},
        {"verdict_sndbuf_small", "SO_SNDBUF of 4 kB over 20 ms", verdict_sndbuf_small},
    };
}

}  // namespace wiregap::truth
