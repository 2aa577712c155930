// SPDX-License-Identifier: Apache-2.0
// The way of one segment in 64: through the qdisc, and to its ACK.
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <vector>

#include "tests/truth/expectations.h"
#include "tests/truth/link.h"
#include "tests/truth/reasons.h"
#include "tests/truth/scenario.h"

namespace wiregap::truth {

namespace {

constexpr std::size_t bytes_each = 100;

void mean_within(Session& session, const View& view, const std::string& key, double low,
                 double high) {
    if (!view.number(key + "/count")) return session.expect(view, key + "/count", 1);
    const double count = view.number(key + "/count").value_or(0);
    session.report().within(key + "/count", count, 1, 1e9);
    session.report().within(key + " mean in seconds",
                            view.number(key + "/sum_seconds").value_or(0) / std::max(count, 1.0),
                            low, high);
}

void sampled_delays(Session& session) {
    if (!has_qdiscs(session)) return;
    const Listener listener;
    const Qdisc path("netem delay 10ms limit 10000", listener.port());
    const Link link = listener.connect();
    set_tcp_option(link.accepted.get(), TCP_NODELAY, 1);
    constexpr unsigned writes = 500;
    Reader reader(link.connecting.get(), writes * bytes_each);
    for (unsigned i = 0; i < writes; ++i) {
        write_all(link.accepted.get(), bytes_each);
        sleep_ns(1 * ms);
    }
    reader.finish();
    wait_all_acked(link.accepted.get());
    const View view = session.settled_service({.port = listener.port()});
    mean_within(session, view, "/egress_wait", 0.0095, 0.200);
    mean_within(session, view, "/transmit_to_ack", 0.0195, 0.400);
}

void ping_pong(const Link& link, unsigned rounds) {
    for (unsigned i = 0; i < rounds; ++i) {
        write_all(link.connecting.get(), bytes_each);
        read_exactly(link.accepted.get(), bytes_each);
        write_all(link.accepted.get(), bytes_each);
        read_exactly(link.connecting.get(), bytes_each);
    }
}

// The client has answered before, so it delays its ACK (pingpong mode): the server's last bytes are
// acknowledged with its FIN, when its connection is no longer ESTABLISHED.
Link with_unseen_ack(const Listener& listener) {
    constexpr unsigned segments = 5;  // more than 536 bytes would be acknowledged at once
    Link link = listener.connect();
    set_tcp_option(link.accepted.get(), TCP_NODELAY, 1);
    ping_pong(link, 1);
    write_all(link.connecting.get(), bytes_each);
    read_exactly(link.accepted.get(), bytes_each);
    for (unsigned i = 0; i < segments; ++i) write_all(link.accepted.get(), bytes_each);
    must(::shutdown(link.accepted.get(), SHUT_WR), "shutdown");
    if (read_to_end(link.connecting.get()) != segments * bytes_each)
        throw std::runtime_error("the last answer lost bytes");
    // Now, not by 3,000 timers: the kernel skips a program that these interrupt.
    set_tcp_option(link.connecting.get(), TCP_QUICKACK, 1);
    return link;
}

// The next socket has the last one's address. No segment waits longer for its ACK than its
// connection lives, so neither does the mean.
void samples_of_reused(Session& session) {
    const unsigned connections = session.vm() ? 1'000 : 3'000;
    const Listener listener;
    std::uint64_t longest_ns = 0;
    for (unsigned i = 0; i < connections; ++i) {
        const std::uint64_t began_ns = now_ns();
        with_unseen_ack(listener);
        longest_ns = std::max(longest_ns, now_ns() - began_ns);
    }
    const View view = session.settled_service({.port = listener.port()});
    mean_within(session, view, "/transmit_to_ack", 0, static_cast<double>(longest_ns) / second);
}

void allow_descriptors(rlim_t descriptors) {
    rlimit limit{};
    must(::getrlimit(RLIMIT_NOFILE, &limit), "getrlimit");
    limit.rlim_cur = std::max(limit.rlim_cur, descriptors);
    limit.rlim_max = std::max(limit.rlim_max, descriptors);
    must(::setrlimit(RLIMIT_NOFILE, &limit), "setrlimit");
}

// A sample has one of 256 slots. Half of these would be taken if those whose ACK is not seen kept
// theirs.
void samples_of_closed(Session& session) {
    const unsigned connections = session.vm() ? 1'000 : 3'000;
    allow_descriptors(2 * connections + 1'000);
    std::array<Listener, 8> listeners;
    const Listener closing;
    std::vector<Link> closed;
    for (unsigned i = 0; i < connections; ++i) closed.push_back(with_unseen_ack(closing));
    for (const Listener& listener : listeners) {
        const Link link = listener.connect();
        ping_pong(link, 400);
        wait_all_acked(link.accepted.get());
        const View view = session.settled_service({.port = listener.port()});
        mean_within(session, view, "/transmit_to_ack", 0, 0.2);
    }
}

}  // namespace

std::vector<Scenario> sampled_scenarios() {
    return {
        {"sampled_delays", "500 segments through a qdisc that holds each for 10 ms",
         sampled_delays},
        {"samples_of_reused", "sockets of one address, each closed before its last ACK",
         samples_of_reused, Scenario::Needs::shared_daemon, Scenario::In::whole_runs},
        {"samples_of_closed", "segments followed while many others were closed before their ACK",
         samples_of_closed, Scenario::Needs::shared_daemon, Scenario::In::whole_runs},
    };
}

}  // namespace wiregap::truth
