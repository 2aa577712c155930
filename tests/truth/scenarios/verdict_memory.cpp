// SPDX-License-Identifier: Apache-2.0
// A peer on this host: who it is, what it has not read, and whether memory is what its socket
// lacks.
#include <fmt/format.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdint>
#include <fstream>
#include <stdexcept>
#include <string>
#include <vector>

#include "tests/truth/link.h"
#include "tests/truth/peers.h"
#include "tests/truth/program.h"
#include "tests/truth/scenario.h"
#include "tests/truth/setting.h"
#include "tests/truth/verdicts.h"

namespace wiregap::truth {

namespace {

const std::string groups = "/sys/fs/cgroup";
const std::string group = "/small";

template <class Value>
Value value_in(const std::string& path) {
    Value value{};
    std::ifstream(path) >> value;
    return value;
}

std::string explained(const Session& session, std::uint16_t port) {
    return session.daemon()->json(fmt::format("/api/v1/explain?what=port:{}", port)).dump();
}

/// Waits for it: whose a socket is shows when wiregap walks the processes again.
void until_explained(Session& session, std::uint16_t port, const std::string& text,
                     bool truth = true) {
    if (session.daemon() == nullptr) return;
    const std::uint64_t end = now_ns() + 60 * second;
    bool said = !truth;
    while (said != truth && now_ns() < end) {
        sleep_ns(200 * ms);
        said = explained(session, port).find(text) != std::string::npos;
    }
    session.report().equal("explain says '" + text + "'", said, truth);
}

/// Bytes that wait to be read from a socket.
std::uint64_t unread(int fd) {
    int bytes = 0;
    must(::ioctl(fd, FIONREAD, &bytes), "FIONREAD");
    return static_cast<std::uint64_t>(bytes);
}

/// Connects, says its process id, and then what is unread whenever it is asked. Never reads.
void be_peer(std::uint16_t port, const Talk& talk) {
    const std::vector<char> some(32 << 20, 'x');  // memory of its own, which cannot be taken back
    const Fd fd = connect_to(Family::v4, port);
    talk.say(static_cast<std::uint64_t>(::getpid()));
    for (;;) {
        (void)talk.hear();
        talk.say(unread(fd.get()) + (some.back() == 'x' ? 0 : 1));
    }
}

bool has_memory_groups(Session& session) {
    std::string controllers;
    std::getline(std::ifstream(groups + "/cgroup.controllers"), controllers);
    if (session.vm() && controllers.find("memory") != std::string::npos) return true;
    session.report().skip("a control group at its limit",
                          "needs a VM of its own, and cgroup v2 with memory");
    return false;
}

void verdict_peer_here(Session& session) {
    const Listener listener;
    Program peer("small-peer", [&](const Talk& talk) { be_peer(listener.port(), talk); });
    const std::uint64_t pid = peer.hear();
    const Fd writer = listener.accept();
    fill(writer.get());
    until_verdict(session, listener.port(), "peer_stalled",
                  [](unsigned times) { sleep_ns(times * 200 * ms); });
    until_explained(session, listener.port(),
                    fmt::format("The peer is small-peer[{}] on this host, and has not read", pid));
    peer.say(0);
    const std::uint64_t truth = peer.hear();
    const View view = session.settled_service({.port = listener.port(), .role = "client"});
    session.expect(view, "/receive_queue_bytes", truth);
    if (!has_memory_groups(session)) return;
    put_into(groups + "/cgroup.subtree_control", "+memory");
    must(::mkdir((groups + group).c_str(), 0755), "mkdir of a control group");
    {
        Program inside("group-peer", [&](const Talk& talk) {
            put_into(groups + group + "/cgroup.procs", std::to_string(::getpid()));
            be_peer(listener.port(), talk);
        });
        (void)inside.hear();
        const Fd to_inside = listener.accept();
        fill(to_inside.get());
        until_explained(session, listener.port(), "The peer is group-peer[");
        const auto used = value_in<std::uint64_t>(groups + group + "/memory.current");
        put_into(groups + group + "/memory.max", std::to_string(used + (1 << 18)));
        until_explained(session, listener.port(), "Its control group " + group + " uses");
    }
    must(::rmdir((groups + group).c_str()), "rmdir of a control group");
}

/// "TCP: inuse 8 orphan 0 tw 3 alloc 8 mem 1799": pages.
std::uint64_t tcp_memory_pages() {
    std::ifstream file("/proc/net/sockstat");
    for (std::string line; std::getline(file, line);) {
        const auto at = line.find(" mem ");
        if (line.starts_with("TCP:")) return std::stoull(line.substr(at + 5));
    }
    throw std::runtime_error("/proc/net/sockstat has no TCP");
}

/// The question itself takes memory of a few sockets for a moment. And the kernel's figure leaves
/// out what each of the two CPUs keeps for itself, up to 256 pages (SK_MEMORY_PCPU_RESERVE,
/// since 6.0).
void expect_memory(Session& session) {
    if (session.daemon() == nullptr) return;
    const auto page = static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
    const std::uint64_t pages = tcp_memory_pages();
    (void)session.settled();
    const auto host = session.daemon()->json("/api/v1/self")["host_tcp"];
    constexpr double slack_pages = 600;
    session.report().within("host_tcp.memory_bytes, in pages",
                            host["memory_bytes"].get<double>() / static_cast<double>(page),
                            static_cast<double>(pages) - slack_pages,
                            static_cast<double>(pages) + slack_pages);
    session.report().equal("host_tcp.memory_pressure_bytes",
                           host["memory_pressure_bytes"].get<std::uint64_t>(), 200 * page);
    session.report().equal("host_tcp.memory_limit_bytes",
                           host["memory_limit_bytes"].get<std::uint64_t>(), 100'000 * page);
}

void verdict_tcp_memory(Session& session) {
    if (!session.vm()) {
        session.report().skip("TCP memory that is short", "net.ipv4.tcp_mem is the whole host's");
        return;
    }
    const Listener listener;
    std::vector<Link> links;
    {
        const Setting memory("/proc/sys/net/ipv4/tcp_mem", "64 200 100000");
        for (int i = 0; i < 6; ++i) {
            links.push_back(listener.connect());
            fill(links.back().accepted.get());
        }
        until_verdict(session, listener.port(), "peer_stalled",
                      [](unsigned times) { sleep_ns(times * 200 * ms); });
        session.consistent("more than 200 pages are used", tcp_memory_pages() > 200, 1);
        until_explained(session, listener.port(), "This host's TCP memory is short");
        until_explained(session, listener.port(), "Perhaps this host's");
        expect_memory(session);
    }
    until_explained(session, listener.port(), "TCP memory is short", false);
}

}  // namespace

std::vector<Scenario> verdict_memory_scenarios() {
    return {
        {"verdict_peer_here", "a peer on this host that does not read: who it is, and its memory",
         verdict_peer_here},
        {"verdict_tcp_memory", "all TCP sockets use more than net.ipv4.tcp_mem's pressure",
         verdict_tcp_memory},
    };
}

}  // namespace wiregap::truth
