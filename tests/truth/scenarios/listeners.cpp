// SPDX-License-Identifier: Apache-2.0
// Listeners: connections that wait for accept(), those that are turned away, and what is dropped
// for another reason.
#include <arpa/inet.h>
#include <netinet/ip.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <array>
#include <cstring>
#include <utility>
#include <vector>

#include "tests/truth/link.h"
#include "tests/truth/netstat.h"
#include "tests/truth/scenario.h"

namespace wiregap::truth {

namespace {

struct Crowded {
    Fd listener;
    std::uint16_t port;
    std::vector<Fd> clients;
};

// A listener for three (the kernel takes one more than asked), and more clients than that.
Crowded crowd(unsigned clients) {
    Crowded crowded{
        Fd(must(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), "socket")), fresh_port(), {}};
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(crowded.port);
    const auto* raw = reinterpret_cast<const sockaddr*>(&address);
    must(::bind(crowded.listener.get(), raw, sizeof address), "bind");
    must(::listen(crowded.listener.get(), 2), "listen");
    for (unsigned i = 0; i < clients; ++i) {
        Fd client(must(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0), "socket"));
        (void)!::connect(client.get(), raw, sizeof address);  // the late ones stay in SYN_SENT
        crowded.clients.push_back(std::move(client));
    }
    return crowded;
}

void accept_queue(Session& session) {
    constexpr unsigned fits = 3;
    // Every other listener here keeps its queue empty.
    const std::uint64_t before = netstat("ListenOverflows");
    Crowded crowded = crowd(fits + 2);
    const std::uint64_t begin = now_ns();
    const View full = session.settled_service({.port = crowded.port});
    session.expect(full, "/accept_queue/length", fits);
    session.expect(full, "/accept_queue/limit", 2);
    session.expect_within(full, "/accept_queue/fill_ratio_max", 1, 1);
    crowded.clients.resize(fits);  // the others stop trying
    sleep_ns(300 * ms);
    const std::uint64_t overflows = netstat("ListenOverflows") - before;
    session.consistent("ListenOverflows moved", overflows > 0 ? 1 : 0, 1);
    const double waited_at_least = static_cast<double>(now_ns() - begin) / 1e9;
    std::vector<Fd> accepted;
    for (unsigned i = 0; i < fits; ++i)
        accepted.emplace_back(must(::accept(crowded.listener.get(), nullptr, nullptr), "accept"));
    const double waited_at_most = static_cast<double>(now_ns() - begin) / 1e9 + 0.1;
    const View view = session.settled_service({.port = crowded.port});
    session.expect(view, "/accept_queue/length", 0);
    session.expect_within(view, "/accept_queue/fill_ratio_max", 0, 0);
    session.expect(view, "/accept_queue/overflows", overflows);
    if (!session.has_hook("inet_csk_accept")) {
        session.report().skip("accept_wait", "no hook inet_csk_accept in this back end");
        return;
    }
    session.expect(view, "/accept_wait/count", fits);
    session.expect_within(view, "/accept_wait/sum_seconds", fits * (waited_at_least - 0.02),
                          fits * (waited_at_most + 0.02));
}

/// A SYN as a raw packet; this kernel, which knows of no such connection, resets it at the SYN-ACK.
void send_syn(int raw, std::uint32_t from, std::uint16_t to_port, std::uint16_t id) {
    const auto be16 = [](std::uint32_t value) { return htons(static_cast<std::uint16_t>(value)); };
    struct {
        iphdr ip;
        tcphdr tcp;
    } packet{};
    packet.ip.version = 4;
    packet.ip.ihl = 5;
    packet.ip.ttl = 64;
    packet.ip.protocol = IPPROTO_TCP;
    packet.ip.saddr = htonl(from);
    packet.ip.daddr = htonl(INADDR_LOOPBACK);
    packet.ip.tot_len = be16(sizeof packet);
    packet.tcp.source = be16(20'000U + id);
    packet.tcp.dest = be16(to_port);
    packet.tcp.doff = 5;
    packet.tcp.syn = 1;
    packet.tcp.window = be16(1024);
    // The pseudo header of the checksum: addresses, protocol, length.
    std::array<std::uint16_t, 16> words{};
    std::memcpy(words.data(), &packet.ip.saddr, 8);
    words[4] = be16(IPPROTO_TCP);
    words[5] = be16(sizeof packet.tcp);
    std::memcpy(&words[6], &packet.tcp, sizeof packet.tcp);
    std::uint32_t sum = 0;
    for (const std::uint16_t word : words) sum += word;
    sum = (sum >> 16) + (sum & 0xffff);
    packet.tcp.check = static_cast<std::uint16_t>(~(sum + (sum >> 16)));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = packet.ip.daddr;
    must(::sendto(raw, &packet, sizeof packet, 0, reinterpret_cast<const sockaddr*>(&address),
                  sizeof address),
         "sendto of a SYN");
}

// Connections that are given up after the SYN-ACK, as scanners and cheap health checks do: a
// listener drops them, and its queue has never been full.
void half_open(Session& session) {
    constexpr unsigned scans = 100;
    const std::uint64_t overflows = netstat("ListenOverflows");
    const std::uint64_t resets = netstat("EmbryonicRsts");
    const Listener listener;
    (void)session.settled_service({.port = listener.port()});
    const Fd raw(must(::socket(AF_INET, SOCK_RAW | SOCK_CLOEXEC, IPPROTO_RAW), "socket SOCK_RAW"));
    for (unsigned i = 0; i < scans; ++i)
        send_syn(raw.get(), 0x7f090001U + i, listener.port(), static_cast<std::uint16_t>(i));
    for (unsigned i = 0; i < 100 && netstat("EmbryonicRsts") < resets + scans; ++i)
        sleep_ns(20 * ms);
    session.consistent("EmbryonicRsts", netstat("EmbryonicRsts") - resets, scans);
    session.consistent("ListenOverflows", netstat("ListenOverflows") - overflows, 0);
    const View view = session.settled_service({.port = listener.port()});
    session.expect(view, "/accept_queue/overflows", 0);
    session.expect(view, "/listener_drops/reset", scans);
    session.expect(view, "/listener_drops/syn_queue_full", 0);
}

// TCP_DEFER_ACCEPT: data come a second after the handshake, and only then there is anything to
// accept.
void defer_accept(Session& session) {
    const Fd listener(must(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), "socket"));
    const std::uint16_t port = fresh_port();
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(port);
    set_tcp_option(listener.get(), TCP_DEFER_ACCEPT, 30);
    must(::bind(listener.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address),
         "bind");
    must(::listen(listener.get(), 8), "listen");
    const Fd client = connect_to(Family::v4, port);
    sleep_ns(1 * second);
    write_all(client.get(), 10);
    const Fd accepted(must(::accept(listener.get(), nullptr, nullptr), "accept"));
    read_exactly(accepted.get(), 10);
    const View view = session.settled_service({.port = port});
    session.expect(view, "/accept_queue/overflows", 0);
    if (!session.has_hook("inet_csk_accept")) {
        session.report().skip("accept_wait", "no hook inet_csk_accept in this back end");
        return;
    }
    session.expect(view, "/accept_wait/count", 1);
    session.expect_within(view, "/accept_wait/sum_seconds", 0, 0.1);
}

}  // namespace

std::vector<Scenario> listener_scenarios() {
    return {
        {"accept_queue", "a listener that nobody serves", accept_queue},
        {"half_open", "connections given up after the SYN-ACK", half_open},
        {"defer_accept", "TCP_DEFER_ACCEPT, data a second later", defer_accept},
    };
}

}  // namespace wiregap::truth
