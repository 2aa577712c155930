// SPDX-License-Identifier: Apache-2.0
// Who owns what, where it is not plain: two on one port, the dead who are accepted, a user who
// takes what he can, and connections that are not what they seem yet.
#include <netinet/tcp.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <thread>
#include <vector>

#include "tests/support/clock.h"
#include "tests/truth/expectations.h"
#include "tests/truth/link.h"
#include "tests/truth/metrics_page.h"
#include "tests/truth/peers.h"
#include "tests/truth/program.h"
#include "tests/truth/scenario.h"

namespace wiregap::truth {

namespace {

/// Listens, serves one client, and stays.
std::function<void(const Talk&)> one_reply(std::uint16_t port, std::uint32_t host,
                                           std::size_t bytes) {
    return [=](const Talk& talk) {
        const Fd listener = listening(port, host);
        talk.say(1);
        const Fd accepted = accept_on(listener);
        write_all(accepted.get(), bytes);
        talk.say(2);
        static_cast<void>(talk.hear());
    };
}

/// Asks such a server.
Fd reply_of(const Program& server, std::uint16_t port, std::uint32_t host, std::size_t bytes) {
    static_cast<void>(server.hear());
    Fd client = new_socket();
    dial(client, port, host);
    read_exactly(client.get(), bytes);
    static_cast<void>(server.hear());
    return client;
}

// Two programs on one port of two local addresses.
void two_addresses(Session& session) {
    if (!session.sees_births()) return;
    constexpr std::uint32_t second = INADDR_LOOPBACK + 1;
    const std::uint16_t port = fresh_port();
    const Program one("wg_first", one_reply(port, INADDR_LOOPBACK, 3'000));
    const Fd of_one = reply_of(one, port, INADDR_LOOPBACK, 3'000);
    const Program two("wg_second", one_reply(port, second, 500));
    const Fd of_two = reply_of(two, port, second, 500);
    const Picture picture = session.settled();
    session.expect(session.service(picture, {.port = port, .name = "wg_first"}), "/written_bytes",
                   3'000);
    session.expect(session.service(picture, {.port = port, .name = "wg_second"}), "/written_bytes",
                   500);
    expect_services(session, picture, port, "server", 2);
}

// As load balancers look whether somebody is there: the connection is reset before it is accepted,
// and accept() returns it all the same.
void reset_before_accept(Session& session) {
    const std::uint16_t port = fresh_port();
    const Fd listener = listening(port);
    Fd gone = new_socket();
    dial(gone, port);
    reset_on_close(gone.get());
    gone.reset();
    const Fd dead = accept_on(listener);
    const Fd dialling = new_socket();
    dial(dialling, port);
    const Fd accepted = accept_on(listener);
    exchange(accepted, dialling, some_bytes);
    const Picture picture = session.settled();
    const View view = session.service(picture, {.port = port});
    expect_delivered(session, view, some_bytes);
    expect_services(session, picture, 0, "server", 0);
    expect_services(session, picture, port, "server", 1);
    if (!session.sees_deaths()) return;
    session.expect(view, "/connections_opened", 2);
    session.expect(view, "/connections_closed/reset_by_peer", 1);
}

// connect() with TCP_FASTOPEN_CONNECT has sent nothing when it returns: not even a SYN, and
// snd_una and snd_nxt are of nobody.
void before_the_syn(Session& session) {
    const Listener listener;
    std::vector<Fd> waiting;
    for (int i = 0; i < 4; ++i) {  // a sequence number begins in the upper half of them, or not
        waiting.push_back(new_socket());
        constexpr int fastopen_connect = 30;
        constexpr int fastopen_no_cookie = 34;  // Linux 4.11 and 4.15, uapi/linux/tcp.h
        set_tcp_option(waiting.back().get(), fastopen_connect, 1);
        set_tcp_option(waiting.back().get(), fastopen_no_cookie, 1);
        dial(waiting.back(), listener.port());
    }
    const ServiceKey client{.port = listener.port(), .role = "client"};
    View view = session.service(session.settled(), client);
    session.expect(view, "/notsent_bytes", 0);
    session.expect(view, "/unacked_bytes", 0);
    write_all(waiting.back().get(), some_bytes);
    const Fd accepted = listener.accept();
    read_exactly(accepted.get(), some_bytes);
    wait_all_acked(waiting.back().get());
    expect_delivered(session, session.service(session.settled(), client), some_bytes);
    waiting.clear();
    if (!session.sees_deaths()) return;
    view = session.service(session.settled(), client);
    expect_delivered(session, view, some_bytes);
    session.expect(view, "/undelivered_bytes/reset_by_us", 0);
}

// One write() that lasts: what it has put into the queue so far counts while it sleeps.
void long_write(Session& session) {
    constexpr std::size_t whole = 16'000'000;
    constexpr std::size_t part = 4'000'000;
    const Listener listener;
    const Link link = listener.connect();
    std::thread writer([&] { write_all(link.accepted.get(), whole); });
    read_exactly(link.connecting.get(), part);
    // It stands still: both queues are full.
    int queued = -1;
    int unread = -1;
    poll_until(
        [&] {
            const int queued_before = queued;
            const int unread_before = unread;
            must(::ioctl(link.accepted.get(), TIOCOUTQ, &queued), "TIOCOUTQ");
            must(::ioctl(link.connecting.get(), FIONREAD, &unread), "FIONREAD");
            return queued == queued_before && unread == unread_before && queued > 0;
        },
        10 * second, 300 * ms);
    const View view = session.service(session.settled(), {.port = listener.port()});
    session.expect(view, "/written_bytes",
                   part + static_cast<std::uint64_t>(queued) + static_cast<std::uint64_t>(unread));
    read_exactly(link.connecting.get(), whole - part);
    writer.join();
    wait_all_acked(link.accepted.get());
    const View after = session.service(session.settled(), {.port = listener.port()});
    expect_delivered(session, after, whole);
    expect_writes(session, after, 1);
}

constexpr unsigned nobody = 65534;

/// As many listeners as a user may have a wish for, each of them with a port of its own.
void listen_on_many(const std::vector<std::uint16_t>& ports, const Talk& talk) {
    must(::setgid(nobody), "setgid");
    must(::setuid(nobody), "setuid");
    std::vector<Fd> listeners;
    listeners.reserve(ports.size());
    for (const std::uint16_t port : ports) listeners.push_back(listening(port));
    talk.say(1);
    static_cast<void>(talk.hear());
}

// A user without rights opens more ports than there are numbers for services; then a server comes.
void a_users_ports(Session& session) {
    std::vector<std::uint16_t> ports(40);
    for (std::uint16_t& port : ports) port = fresh_port();
    std::vector<std::uint16_t> observed = ports;
    const std::uint16_t port = fresh_port();
    observed.push_back(port);
    session.start_daemon({.max_services = 16, .observe_ports = observed});
    if (!session.has_hook("inet_sock_set_state")) {
        session.report().skip("a user's ports", "no hook: listeners are read from the kernel");
        return session.stop_daemon();
    }
    const Program user("wg_user", [&](const Talk& talk) { listen_on_many(ports, talk); });
    static_cast<void>(user.hear());
    const Program server("wg_server", one_reply(port, INADDR_LOOPBACK, some_bytes));
    const Fd client = reply_of(server, port, INADDR_LOOPBACK, some_bytes);
    const Picture picture = session.settled();
    session.expect(session.service(picture, {.port = port, .name = "wg_server"}), "/written_bytes",
                   some_bytes);
    std::uint64_t of_user = 0;
    for (const auto& service : picture.services)
        of_user += service.at("service") == "wg_user" ? 1U : 0U;
    if (session.daemon() != nullptr)
        session.report().within("services of the user", static_cast<double>(of_user), 1, 8);
    session.stop_daemon();
}

// As many sockets as limits.max_client_connections says, and each has its place.
void a_full_table(Session& session) {
    constexpr std::uint64_t pairs = 512;
    session.start_daemon({.max_connections = 2 * pairs});
    if (!session.has_hook("inet_sock_set_state")) {
        session.report().skip("a full table", "no hook: there is no table");
        return session.stop_daemon();
    }
    const Listener listener;
    std::vector<Link> links;
    for (std::uint64_t i = 0; i < pairs; ++i) {
        links.push_back(listener.connect());
        write_all(links.back().connecting.get(), 1);
        read_exactly(links.back().accepted.get(), 1);
    }
    const Picture picture = session.settled();
    session.expect(session.service(picture, {.port = listener.port(), .role = "client"}),
                   "/written_bytes", pairs);
    session.expect(session.service(picture, {.port = listener.port()}), "/connections_opened",
                   pairs);
    if (session.daemon() != nullptr)
        session.report().equal(
            "bpf_lost_total{what=sockets}",
            static_cast<std::uint64_t>(MetricsPage(session.daemon()->metrics())
                                           .value("wiregap_bpf_lost_total", {{"what", "sockets"}})
                                           .value_or(-1)),
            0);
    session.stop_daemon();
}

}  // namespace

std::vector<Scenario> owner_scenarios() {
    using enum Scenario::Needs;
    return {
        {"two_addresses", "two programs on one port of two addresses", two_addresses},
        {"reset_before_accept", "a connection that is reset before it is accepted",
         reset_before_accept},
        {"before_the_syn", "connect() that has not sent a SYN", before_the_syn},
        {"long_write", "one write() that sleeps for long", long_write},
        {"users_ports", "a user with more ports than there are numbers", a_users_ports, own_daemon},
        {"full_table", "as many sockets as there is room for", a_full_table, own_daemon},
    };
}

}  // namespace wiregap::truth
