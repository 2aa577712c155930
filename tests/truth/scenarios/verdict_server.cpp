// SPDX-License-Identifier: Apache-2.0
// Each verdict on connections of real servers: wiregapd's own, whose reply backlog is known, and
// redis-server and nginx, of whose backlog nobody tells. The causes are the client and the path; on
// the servers' sockets the test has no hand. Servers that set TCP_NODELAY know no coalescing, and
// app_late is the e2e test's (tests/e2e/late_server.sh): its application says what it has not
// written.
#include <cstdint>
#include <string>

#include "tests/truth/link.h"
#include "tests/truth/packet_filter.h"
#include "tests/truth/reasons.h"
#include "tests/truth/scenario.h"
#include "tests/truth/server.h"
#include "tests/truth/setting.h"
#include "tests/truth/verdicts.h"

namespace wiregap::truth {

namespace {

constexpr int server_buffer = 8 << 20;

struct Served {
    Session& session;
    std::uint16_t port;
    Requests requests;
    [[nodiscard]] Client client(int receive_buffer_bytes = 0) const {
        return {port, requests, receive_buffer_bytes};
    }
};

void peer_stalled(const Served& served) {
    Client client = served.client();
    client.ask_big(20);
    until_verdict(served.session, served.port, "peer_stalled",
                  [](unsigned times) { sleep_ns(times * 200 * ms); });
    expect_explained(served.session, served.port, "peer_stalled",
                     "its program has stopped reading");
}

void peer_slow(const Served& served) {
    Client client = served.client();
    client.ask_big(20);
    until_verdict(served.session, served.port, "peer_slow", [&](unsigned times) {
        for (unsigned i = 0; i < times; ++i) {
            client.read(100'000);
            sleep_ns(100 * ms);
        }
    });
    expect_explained(served.session, served.port, "peer_slow", "it reads more slowly");
}

/// Answers over this path, read as they come, on one connection after another, until the verdict
/// has been counted.
void over_path(const Served& served, const std::string& qdisc, const std::string& verdict,
               const std::string& sentence, std::uint32_t lost_percent = 0) {
    const Qdisc path(qdisc, served.port);
    until_verdict(served.session, served.port, verdict, [&](unsigned times) {
        Client client = served.client(server_buffer);
        if (lost_percent > 0) lose_percent(client.fd(), lost_percent);
        client.ask_big(times);
        client.read(times * big_answer_bytes);
    });
    expect_explained(served.session, served.port, verdict, sentence);
}

// One connection, for cwnd must outgrow what a call of the server puts into the buffer at once.
void sndbuf_small(const Served& served) {
    const Qdisc path("netem delay 10ms limit 10000", served.port);
    const Setting small("/proc/sys/net/ipv4/tcp_wmem", "4096 4096 4096");
    Client client = served.client(server_buffer);
    until_verdict(served.session, served.port, "sndbuf_small", [&](unsigned times) {
        client.ask_big(times);
        client.read(times * big_answer_bytes);
    });
    expect_explained(served.session, served.port, "sndbuf_small", "tcp_wmem");
}

void small_exchanges(const Served& served, const std::string& verdict) {
    Client client = served.client();
    until_verdict(served.session, served.port, verdict, [&](unsigned times) {
        for (unsigned i = 0; i < 20 * times; ++i) client.small_exchange();
    });
}

void idle(const Served& served) {
    const Client client = served.client();
    until_verdict(served.session, served.port, "idle",
                  [](unsigned times) { sleep_ns(times * 200 * ms); });
}

void all_causes(const Served& served) {
    if (!has_qdiscs(served.session)) return;
    peer_stalled(served);
    peer_slow(served);
    over_path(served, "netem delay 50ms limit 10000", "network_lossy", "loses packets", 10);
    over_path(served, "netem delay 100ms limit 10000", "network_limited", "carries no more");
    over_path(served, "tbf rate 16mbit burst 20kb latency 400ms", "host_egress", "a shaper");
    sndbuf_small(served);
    small_exchanges(served, "flowing");
    idle(served);
}

void server_embedded(Session& session) {
    const std::uint16_t port = fresh_port();
    session.start_daemon({.resp_port = port});
    set_big_key(port);
    all_causes({session, port, resp_requests()});
    session.stop_daemon();
}

void server_redis(Session& session) {
    session.start_daemon();
    const Server server = Server::redis();
    all_causes({session, server.port(), resp_requests()});
    session.stop_daemon();
}

void server_nginx(Session& session) {
    session.start_daemon();
    const Server server = Server::nginx();
    const Served served{session, server.port(), http_requests()};
    all_causes(served);
    small_exchanges(served, "coalescing");
    expect_explained(session, served.port, "coalescing", "TCP_NODELAY");
    session.stop_daemon();
}

}  // namespace

std::vector<Scenario> server_scenarios() {
    using enum Scenario::Needs;
    return {
        {"server_embedded", "each verdict on wiregapd's own RESP server", server_embedded,
         own_daemon},
        {"server_redis", "each verdict on redis-server", server_redis, own_daemon},
        {"server_nginx", "each verdict on nginx", server_nginx, own_daemon},
    };
}

}  // namespace wiregap::truth
