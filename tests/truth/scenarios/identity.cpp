// SPDX-License-Identifier: Apache-2.0
// Whose bytes are these? A port does not say it: who dialled is a client, who was accepted belongs
// to who listened, whatever the port is and whoever has it later.
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <vector>

#include "tests/truth/expectations.h"
#include "tests/truth/link.h"
#include "tests/truth/peers.h"
#include "tests/truth/program.h"
#include "tests/truth/scenario.h"

namespace wiregap::truth {

namespace {

// A socket that dials out from a port on which the same program listens is a client.
void dials_from_a_listening_port(Session& session) {
    if (!session.sees_births()) return;
    const std::uint16_t port = fresh_port();
    const Fd listener = listening(port);
    const Listener far;
    const Fd dialling = bound(port);
    dial(dialling, far.port());
    const Fd accepted = far.accept();
    exchange(dialling, accepted, some_bytes);
    const Picture picture = session.settled();
    session.expect(session.service(picture, {.port = port}), "/written_bytes", 0);
    session.expect(session.service(picture, {.port = far.port(), .role = "client"}),
                   "/written_bytes", some_bytes);
}

// Its listener is closed; what was accepted goes on.
void outlives_its_listener(Session& session) {
    if (!session.sees_births()) return;
    const std::uint16_t port = fresh_port();
    Fd listener = listening(port);
    const Fd dialling = new_socket();
    dial(dialling, port);
    const Fd accepted = accept_on(listener);
    exchange(accepted, dialling, some_bytes);
    listener.reset();
    exchange(accepted, dialling, some_bytes);
    const Picture picture = session.settled();
    expect_delivered(session, session.service(picture, {.port = port}), 2 * some_bytes);
    sockaddr_in its{};
    socklen_t size = sizeof(its);
    must(::getsockname(dialling.get(), reinterpret_cast<sockaddr*>(&its), &size), "getsockname");
    expect_services(session, picture, ntohs(its.sin_port), "client", 0);
}

// The port of a listener that is gone becomes a source port.
void takes_a_dead_listeners_port(Session& session) {
    const std::uint16_t port = fresh_port();
    Fd listener = listening(port);
    session.service(session.settled(), {.port = port});
    listener.reset();
    const Listener far;
    const Fd dialling = bound(port);
    dial(dialling, far.port());
    const Fd accepted = far.accept();
    exchange(dialling, accepted, some_bytes);
    const Picture picture = session.settled();
    session.expect(session.service(picture, {.port = far.port(), .role = "client"}),
                   "/written_bytes", some_bytes);
    expect_services(session, picture, port, "client", 0);
}

// Another program on the same port is another service and begins at 0; the former one's figures
// stay.
void another_program_takes_the_port(Session& session) {
    const std::uint16_t port = fresh_port();
    const auto serve = [port](std::size_t bytes) {
        return [port, bytes](const Talk& talk) {
            const Fd listener = listening(port);
            talk.say(1);
            const Fd accepted = accept_on(listener);
            write_all(accepted.get(), bytes);
            talk.say(2);
            static_cast<void>(talk.hear());
        };
    };
    const auto ask = [port](const Program& server, std::size_t bytes) {
        static_cast<void>(server.hear());
        const Fd client = new_socket();
        dial(client, port);
        read_exactly(client.get(), bytes);
        static_cast<void>(server.hear());
    };
    {
        const Program alpha("wg_alpha", serve(50'000));
        ask(alpha, 50'000);
        session.expect(session.service(session.settled(), {.port = port, .name = "wg_alpha"}),
                       "/written_bytes", 50'000);
    }
    const Program beta("wg_beta", serve(700));
    ask(beta, 700);
    const Picture picture = session.settled();
    session.expect(session.service(picture, {.port = port, .name = "wg_beta"}), "/written_bytes",
                   700);
    session.expect(session.service(picture, {.port = port, .name = "wg_alpha"}), "/written_bytes",
                   50'000);
}

// listen() without bind(): the kernel chooses the port, after it has said that there is a listener.
void listens_without_bind(Session& session) {
    constexpr std::size_t clients = 5;
    const Program server("wg_nobind", [](const Talk& talk) {
        const Fd listener(must(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), "socket"));
        must(::listen(listener.get(), clients), "listen");
        sockaddr_in its{};
        socklen_t size = sizeof(its);
        must(::getsockname(listener.get(), reinterpret_cast<sockaddr*>(&its), &size),
             "getsockname");
        talk.say(ntohs(its.sin_port));
        std::array<Fd, clients> accepted;
        for (Fd& one : accepted) {
            one = accept_on(listener);
            write_all(one.get(), some_bytes);
        }
        talk.say(1);
        static_cast<void>(talk.hear());
    });
    const auto port = static_cast<std::uint16_t>(server.hear());
    std::vector<Fd> connected;
    for (std::size_t i = 0; i < clients; ++i) {
        connected.push_back(new_socket());
        dial(connected.back(), port);
        read_exactly(connected.back().get(), some_bytes);
    }
    static_cast<void>(server.hear());
    const Picture picture = session.settled();
    session.expect(session.service(picture, {.port = port, .name = "wg_nobind"}), "/written_bytes",
                   clients * some_bytes);
    expect_services(session, picture, port, "server", 1);
}

// A reset connection may still be written to: the failures are the service's that it had.
void answers_reset_clients(Session& session) {
    if (!session.sees_births()) return;
    constexpr std::uint64_t clients = 20;
    const std::uint16_t port = fresh_port();
    const Fd listener = listening(port);
    std::uint64_t failed = 0;
    std::vector<std::uint16_t> client_ports;
    for (std::uint64_t i = 0; i < clients; ++i) {
        Fd client = new_socket();
        dial(client, port);
        sockaddr_in its{};
        socklen_t size = sizeof(its);
        must(::getsockname(client.get(), reinterpret_cast<sockaddr*>(&its), &size), "getsockname");
        client_ports.push_back(ntohs(its.sin_port));
        const Fd accepted = accept_on(listener);
        exchange(accepted, client, 1);
        reset_on_close(client.get());
        client.reset();
        char byte = 0;
        static_cast<void>(read_some(accepted.get(), &byte, 1));  // ECONNRESET: it has arrived
        failed += ::send(accepted.get(), "late", 4, MSG_NOSIGNAL) < 0 ? 1U : 0U;
    }
    const Picture picture = session.settled();
    const View view = session.service(picture, {.port = port});
    session.expect(view, "/written_bytes", clients);
    session.expect(view, "/write_shortfalls/error", failed);
    for (const std::uint16_t one : client_ports)
        expect_services(session, picture, one, "client", 0);
}

// Nobody answers the handshake: a SYN is no byte, and who may not write yet does not wait for room.
void waits_for_the_handshake(Session& session) {
    const std::uint16_t port = fresh_port();
    const Fd listener = bound(port);
    must(::listen(listener.get(), 0), "listen");
    std::vector<Fd> dialled;
    for (int i = 0; i < 6; ++i) {  // the first ones fill the queue
        dialled.push_back(new_socket());
        set_nonblocking(dialled.back().get());
        const sockaddr_in address = loopback(port);
        static_cast<void>(::connect(dialled.back().get(),
                                    reinterpret_cast<const sockaddr*>(&address), sizeof(address)));
    }
    std::uint64_t connecting = 0;
    std::uint64_t refused = 0;
    for (const Fd& one : dialled) {
        if (socket_truth(one.get()).state != TCP_SYN_SENT) continue;
        ++connecting;
        refused += ::send(one.get(), "x", 1, MSG_NOSIGNAL) < 0 && errno == EAGAIN ? 1U : 0U;
    }
    const View view = session.service(session.settled(), {.port = port, .role = "client"});
    session.consistent("sends that were refused before the connection stands", refused, connecting);
    session.expect(view, "/connections/syn_sent", connecting);
    session.expect(view, "/unacked_bytes", 0);
    session.expect(view, "/write_shortfalls/would_block", refused);
    session.expect(view, "/writable_wait/notsent_lowat/count", 0);
}

#ifndef IPPROTO_MPTCP
constexpr int IPPROTO_MPTCP = 262;
#endif

/// Nothing, with a skip that says why, where the kernel has no MPTCP.
Fd mptcp_socket(Session& session) {
    Fd fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, IPPROTO_MPTCP));
    if (!fd.valid()) session.report().skip("MPTCP", std::strerror(errno));
    return fd;
}

void listen_on(const Fd& fd, std::uint16_t port) {
    set_option(fd.get(), SOL_SOCKET, SO_REUSEADDR, 1);
    const sockaddr_in address = loopback(port);
    must(::bind(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof(address)), "bind");
    must(::listen(fd.get(), 16), "listen");
}

// As Go's servers listen; the client speaks TCP, and both are older than wiregap.
void listens_with_mptcp(Session& session) {
    const Fd listener = mptcp_socket(session);
    if (!listener.valid()) return;
    const std::uint16_t port = fresh_port();
    listen_on(listener, port);
    const Fd dialling = new_socket();
    dial(dialling, port);
    const Fd accepted = accept_on(listener);
    session.start_daemon();
    session.expect_name({.port = port}, "wiregap_truth");
    exchange(accepted, dialling, some_bytes);
    const Picture picture = session.settled_on(port);
    expect_delivered(session, session.service(picture, {.port = port}), some_bytes);
    session.expect(session.service(picture, {.port = port, .role = "client"}), "/written_bytes", 0);
    session.stop_daemon();
}

}  // namespace

std::vector<Scenario> identity_scenarios() {
    return {
        {"dials_from_listening", "a connection out of a port that is listened on",
         dials_from_a_listening_port},
        {"outlives_listener", "a connection whose listener is gone", outlives_its_listener},
        {"takes_dead_port", "a dead listener's port as a source port", takes_a_dead_listeners_port},
        {"another_program", "two programs on one port, one after the other",
         another_program_takes_the_port},
        {"listen_without_bind", "listen() without bind()", listens_without_bind},
        {"answers_reset_clients", "writes to connections that were reset", answers_reset_clients},
        {"mptcp_before", "an MPTCP listener older than wiregap", listens_with_mptcp,
         Scenario::Needs::own_daemon},
        {"handshake", "EAGAIN before the connection stands", waits_for_the_handshake},
    };
}

}  // namespace wiregap::truth
