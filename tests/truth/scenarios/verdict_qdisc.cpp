// SPDX-License-Identifier: Apache-2.0
// Verdicts whose cause is the path or the host's own queue: what needs a qdisc on loopback.
#include <linux/tcp.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "tests/truth/link.h"
#include "tests/truth/packet_filter.h"
#include "tests/truth/reasons.h"
#include "tests/truth/scenario.h"
#include "tests/truth/verdicts.h"

namespace wiregap::truth {

namespace {

constexpr int path_buffer = 8 << 20;

void write_when_writable(int fd, std::size_t bytes) {
    const std::vector<char> chunk(4096, 'x');
    while (bytes > 0) {
        const ssize_t took = ::send(fd, chunk.data(), std::min(bytes, chunk.size()), MSG_NOSIGNAL);
        if (took > 0) bytes -= static_cast<std::size_t>(took);
        pollfd entry{.fd = fd, .events = POLLOUT, .revents = 0};
        if (took < 0) must(::poll(&entry, 1, 60'000), "poll");
    }
}

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
/// lost_percent: of what is sent, on the peer's side; what a qdisc of this host drops is no loss of
/// the path.
void transfers_until(Session& session, const std::string& qdisc, std::size_t bytes,
                     const std::string& verdict, std::uint32_t lost_percent = 0) {
    if (!has_qdiscs(session) || !knows_reasons_now(session)) return;
    const Listener listener;
    const Qdisc path(qdisc, listener.port());
    until_verdict(session, listener.port(), verdict, [&](unsigned times) {
        const Link link = listener.connect(path_buffer);
        set_option(link.accepted.get(), SOL_SOCKET, SO_SNDBUF, path_buffer);
        if (lost_percent > 0) lose_percent(link.connecting.get(), lost_percent);
        send_all(link, times * bytes);
    });
}

void verdict_network_limited(Session& session) {
    transfers_until(session, "netem delay 100ms limit 10000", 400'000, "network_limited");
}

void verdict_network_lossy(Session& session) {
    transfers_until(session, "netem delay 50ms limit 10000", 400'000, "network_lossy", 10);
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

// A writer that keeps little unsent by its own wish (TCP_NOTSENT_LOWAT), over a long path: the path
// is the limit, and the buffer is not too small.
void verdict_notsent_lowat(Session& session) {
    if (!has_qdiscs(session) || !knows_reasons_now(session)) return;
    const Listener listener;
    const Qdisc path("netem delay 50ms limit 10000", listener.port());
    const Link link = listener.connect(path_buffer);
    const int writer = link.accepted.get();
    set_option(writer, SOL_SOCKET, SO_SNDBUF, path_buffer);
    set_tcp_option(writer, TCP_NOTSENT_LOWAT, 16'384);
    set_nonblocking(writer);
    until_verdict(session, listener.port(), "network_limited", [&](unsigned times) {
        const std::size_t bytes = times * 400'000;
        Reader reader(link.connecting.get(), bytes);
        write_when_writable(writer, bytes);
        reader.finish();
    });
    wait_all_acked(writer);
    const View view = session.settled_service({.port = listener.port()});
    session.expect_within(view, "/writable_wait/notsent_lowat/count", 1, 1e9);
    session.expect(view, "/writable_wait/sndbuf/count", 0);
    session.expect_within(view, "/verdicts/sndbuf_small/seconds", 0, 0);
}

/// "(dropped 12, overlimits 40 requeues 0)" of the discipline that Qdisc has made.
std::uint64_t dropped_by_qdisc() {
    std::FILE* const pipe = ::popen("/bin/tc -s qdisc show dev lo", "r");  // NOLINT(cert-env33-c)
    if (pipe == nullptr) must(-1, "popen tc");
    std::string text;
    char part[4096];
    for (std::size_t got = 0; (got = std::fread(part, 1, sizeof part, pipe)) > 0;)
        text.append(part, got);
    ::pclose(pipe);
    constexpr std::string_view mark = "dropped ";
    const std::size_t ours = text.find(" 30: ");
    const std::size_t at = ours == std::string::npos ? ours : text.find(mark, ours);
    if (at == std::string::npos) throw std::runtime_error("tc says nothing of its drops: " + text);
    return std::stoull(text.substr(at + mark.size()));
}

/// One segment a packet, so that tc's packets are segments.
class SingleSegments {
  public:
    SingleSegments() { (void)!std::system("/bin/ip link set lo gso_max_segs 1"); }  // NOLINT
    SingleSegments(const SingleSegments&) = delete;
    SingleSegments& operator=(const SingleSegments&) = delete;
    ~SingleSegments() { (void)!std::system("/bin/ip link set lo gso_max_segs 65535"); }  // NOLINT
};

// A shaper of this host with a short queue: what it drops is sent again, and nothing is lost beyond
// it.
void verdict_own_queue(Session& session) {
    if (!has_qdiscs(session) || !knows_reasons_now(session)) return;
    if (!session.has_hook("kfree_skb")) {
        session.report().skip("the scenario",
                              "before Linux 5.17 no hook tells why a packet is dropped");
        return;
    }
    const SingleSegments single;
    const Listener listener;
    const Qdisc shaper("tbf rate 8mbit burst 5kb limit 15kb", listener.port());
    std::vector<Link> links;
    until_verdict(session, listener.port(), "host_egress", [&](unsigned times) {
        links.push_back(listener.connect(path_buffer));
        set_option(links.back().accepted.get(), SOL_SOCKET, SO_SNDBUF, path_buffer);
        send_all(links.back(), times * 400'000);
    });
    std::uint64_t resent_bytes = 0;
    for (const Link& link : links)
        resent_bytes += socket_truth(link.accepted.get()).retransmitted_bytes;
    const std::uint64_t dropped = dropped_by_qdisc();
    session.consistent("the shaper dropped something", dropped > 0 ? 1 : 0, 1);
    const View server = session.settled_service({.port = listener.port()});
    const View client = session.settled_service({.port = listener.port(), .role = "client"});
    session.expect(server, "/retransmitted_bytes", resent_bytes);
    session.report().within("segments that this host's queue dropped",
                            server.number("/dropped_segments/queue").value_or(-1) +
                                client.number("/dropped_segments/queue").value_or(-1),
                            static_cast<double>(dropped), static_cast<double>(dropped));
    session.report().within("seconds of network_lossy, of those of host_egress",
                            server.number("/verdicts/network_lossy/seconds").value_or(0), 0,
                            server.number("/verdicts/host_egress/seconds").value_or(0));
}

}  // namespace

std::vector<Scenario> verdict_qdisc_scenarios() {
    return {
        {"verdict_network_limited", "200 ms of round trip, no loss", verdict_network_limited},
        {"verdict_network_lossy", "10 % loss", verdict_network_lossy},
        {"verdict_notsent_lowat", "TCP_NOTSENT_LOWAT over 100 ms of round trip",
         verdict_notsent_lowat},
        {"verdict_own_queue", "a shaper that drops", verdict_own_queue},
        {"verdict_tbf", "2 MB behind 16 Mbit/s", verdict_tbf},
        {"verdict_bbr", "BBR at the path's 16 Mbit/s", verdict_bbr},
        {"verdict_sndbuf_small", "SO_SNDBUF of 4 kB over 20 ms", verdict_sndbuf_small},
    };
}

}  // namespace wiregap::truth
