// SPDX-License-Identifier: Apache-2.0
// Bytes that take another way into TCP than a plain write(): io_uring, MSG_ZEROCOPY, kernel TLS,
// MPTCP. Every byte is counted, on each back end; where a write is not seen as one,
// deploy/limits.md says so.
#include <linux/tls.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <string>
#include <vector>

#include "tests/truth/expectations.h"
#include "tests/truth/link.h"
#include "tests/truth/scenario.h"
#include "tests/truth/uring.h"

#ifndef TCP_ULP
#define TCP_ULP 31
#endif
#ifndef SOL_TLS
#define SOL_TLS 282
#endif
#ifndef IPPROTO_MPTCP
#define IPPROTO_MPTCP 262
#endif

namespace wiregap::truth {

namespace {

constexpr unsigned sends = 20;
constexpr std::size_t send_bytes = 5'000;

View service_of(Session& session, std::uint16_t port) {
    return session.settled_service({.port = port});
}

/// Before 6.5 the tracepoint back end sees the write system calls and no other way in.
bool sees_system_calls_only(Session& session) {
    const bool only = session.has_hook("sys_exit") && !session.has_hook("sock_send_length");
    if (only) session.report().skip("bytes", "this back end sees the write system calls alone");
    return only;
}

void io_uring_send(Session& session) {
    const Listener listener;
    const Link link = listener.connect();
    const std::vector<char> data(send_bytes, 'u');
    try {
        Uring ring;
        for (unsigned i = 0; i < sends; ++i) {
            const int sent = ring.send(link.accepted.get(), data.data(), data.size());
            session.consistent("bytes that io_uring sent", static_cast<std::uint64_t>(sent),
                               send_bytes);
            read_exactly(link.connecting.get(), send_bytes);
        }
    } catch (const NoUring& refused) {
        session.report().skip("the scenario", refused.why);
        return;
    }
    wait_all_acked(link.accepted.get());
    const View view = service_of(session, listener.port());
    if (sees_system_calls_only(session)) return;
    expect_delivered(session, view, sends * send_bytes);
    expect_writes(session, view, sends);
    session.expect_identities(view);
}

void zerocopy_send(Session& session) {
    const Listener listener;
    const Link link = listener.connect();
    const int writer = link.accepted.get();
    set_option(writer, SOL_SOCKET, SO_ZEROCOPY, 1);
    const std::vector<char> data(send_bytes, 'z');
    for (unsigned i = 0; i < sends; ++i) {
        const ssize_t sent = ::send(writer, data.data(), data.size(), MSG_ZEROCOPY);
        session.consistent("bytes that were sent", static_cast<std::uint64_t>(sent), send_bytes);
        read_exactly(link.connecting.get(), send_bytes);
    }
    wait_all_acked(writer);
    const View view = service_of(session, listener.port());
    expect_delivered(session, view, sends * send_bytes);
    expect_writes(session, view, sends);
    session.expect_identities(view);
}

/// AES-128-GCM of TLS 1.2 in the kernel, with a key that nobody needs to know. False, with a skip,
/// where the kernel has no TLS.
bool begin_tls(Session& session, int fd) {
    const std::string name = "tls";
    if (setsockopt(fd, IPPROTO_TCP, TCP_ULP, name.c_str(), static_cast<socklen_t>(name.size())) !=
        0) {
        session.report().skip("the scenario", "TCP_ULP tls: " + std::string(std::strerror(errno)));
        return false;
    }
    tls12_crypto_info_aes_gcm_128 info{};
    info.info.version = TLS_1_2_VERSION;
    info.info.cipher_type = TLS_CIPHER_AES_GCM_128;
    if (setsockopt(fd, SOL_TLS, TLS_TX, &info, sizeof info) != 0) {
        session.report().skip("the scenario", "TLS_TX: " + std::string(std::strerror(errno)));
        return false;
    }
    return true;
}

// What TCP carries are the records: RFC 5246 (6.2.3.3) and RFC 5288. The tracepoint back end sees
// what the application wrote, and counts that.
void kernel_tls(Session& session) {
    constexpr std::size_t record_bytes = 5 + 8 + send_bytes + 16;  // header, nonce, data, tag
    const Listener listener;
    const Link link = listener.connect();
    const int writer = link.accepted.get();
    if (!begin_tls(session, writer)) return;
    for (unsigned i = 0; i < sends; ++i) {
        write_all(writer, send_bytes);
        read_exactly(link.connecting.get(), record_bytes);
    }
    wait_all_acked(writer);
    const View view = service_of(session, listener.port());
    const bool in_clear =
        session.has_hook("net_dev_queue") && !session.has_hook("tcp_sendmsg_locked");
    expect_delivered(session, view, sends * (in_clear ? send_bytes : record_bytes));
    session.expect_identities(view);
}

Fd mptcp_socket() { return Fd(::socket(AF_INET, SOCK_STREAM, IPPROTO_MPTCP)); }

/// A listener and a connection over it; the port is the listener's.
Link mptcp_link(const Fd& listener, std::uint16_t port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const auto* const name = reinterpret_cast<const sockaddr*>(&address);
    must(::bind(listener.get(), name, sizeof address), "bind");
    must(::listen(listener.get(), 1), "listen");
    Link link;
    link.connecting = mptcp_socket();
    must(::connect(link.connecting.get(), name, sizeof address), "connect");
    link.accepted = Fd(must(::accept(listener.get(), nullptr, nullptr), "accept"));
    return link;
}

// The bytes are its subflow's, a TCP socket of the kernel's own, on which no write() is made. The
// gauges are right; what was written is known only where it comes from the socket's own counters
// (poll).
void mptcp(Session& session) {
    const Fd listener = mptcp_socket();
    if (!listener.valid()) {
        session.report().skip("the scenario",
                              "IPPROTO_MPTCP: " + std::string(std::strerror(errno)));
        return;
    }
    const std::uint16_t port = fresh_port();
    const Link link = mptcp_link(listener, port);
    for (unsigned i = 0; i < sends; ++i) {
        write_all(link.accepted.get(), send_bytes);
        read_exactly(link.connecting.get(), send_bytes);
    }
    sleep_ns(200 *
             ms);  // SIOCOUTQ of an MPTCP socket is not its subflow's: the last ACK is waited for
    const View view = service_of(session, port);
    session.expect(view, "/connections/established", 1);
    session.expect(view, "/notsent_bytes", 0);
    session.expect(view, "/unacked_bytes", 0);
    expect_delivered(session, view, sends * send_bytes);
    session.expect_identities(view);
}

}  // namespace

std::vector<Scenario> special_scenarios() {
    return {
        {"io_uring", "20 sends of 5,000 bytes by io_uring", io_uring_send},
        {"zerocopy", "20 sends of 5,000 bytes with MSG_ZEROCOPY", zerocopy_send},
        {"kernel_tls", "20 writes of 5,000 bytes that the kernel encrypts", kernel_tls},
        {"mptcp", "20 writes of 5,000 bytes over MPTCP", mptcp},
    };
}

}  // namespace wiregap::truth
