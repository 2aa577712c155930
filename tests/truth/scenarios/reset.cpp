// SPDX-License-Identifier: Apache-2.0
// Connections that end with a reset or a timeout, and the bytes that they take with them.
#include <linux/tcp.h>
#include <sys/socket.h>

#include <cerrno>

#include "tests/truth/ended.h"
#include "tests/truth/netstat.h"
#include "tests/truth/scenario.h"

namespace wiregap::truth {

namespace {

// The peer closes without having read: its kernel sends a reset.
void reset_by_peer(Session& session) {
    const Listener listener;
    Link link = listener.connect();
    const Queued queued = queue_up(session, link);
    link.connecting.reset();
    wait_dead(link.accepted.get());
    // The dead socket still knows its sequence numbers.
    session.consistent("SIOCOUTQ before and after the reset", queued.truth.send_queue_bytes,
                       send_queue_bytes(link.accepted.get()));
    expect_both_ended(session, listener, lost("reset_by_peer", queued), {.cause = "reset_by_us"});
}

void reset_by_us(Session& session) {
    const Listener listener;
    Link link = listener.connect();
    const Queued queued = queue_up(session, link);
    reset_on_close(link.accepted.get());
    link.accepted.reset();
    wait_dead(link.connecting.get());
    expect_both_ended(session, listener, lost("reset_by_us", queued), {.cause = "reset_by_peer"});
}

// close() with received data that nobody read is a reset, too.
void reset_by_us_unread(Session& session) {
    constexpr std::size_t unread_bytes = 10;
    const Listener listener;
    Link link = listener.connect();
    write_all(link.connecting.get(), unread_bytes);
    wait_all_acked(link.connecting.get());
    const Queued queued = queue_up(session, link);
    link.accepted.reset();
    wait_dead(link.connecting.get());
    expect_both_ended(session, listener, lost("reset_by_us", queued),
                      {.cause = "reset_by_peer", .written_bytes = unread_bytes});
}

// Nothing is queued when the reset comes: nothing is undelivered.
void reset_idle(Session& session) {
    constexpr std::size_t bytes = 1000;
    const Listener listener;
    Link link = listener.connect();
    write_all(link.accepted.get(), bytes);
    read_exactly(link.connecting.get(), bytes);
    wait_all_acked(link.accepted.get());
    reset_on_close(link.connecting.get());
    link.connecting.reset();
    wait_dead(link.accepted.get());
    expect_both_ended(session, listener, {.cause = "reset_by_peer", .written_bytes = bytes},
                      {.cause = "reset_by_us"});
}

int socket_error(int fd) {
    int error = 0;
    socklen_t size = sizeof(error);
    must(::getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size), "getsockopt SO_ERROR");
    return error;
}

// TCP_USER_TIMEOUT ends a connection whose window stays shut; it starts with the next probe.
void timeout(Session& session) {
    const Listener listener;
    const Link link = listener.connect();
    const Queued queued = queue_up(session, link);
    set_tcp_option(link.accepted.get(), TCP_USER_TIMEOUT, 500);
    wait_dead(link.accepted.get());
    const Picture picture = session.settled_on(listener.port());
    session.consistent("SO_ERROR", static_cast<std::uint64_t>(socket_error(link.accepted.get())),
                       ETIMEDOUT);
    session.consistent("SIOCOUTQ before and after", queued.truth.send_queue_bytes,
                       send_queue_bytes(link.accepted.get()));
    expect_ended(session, session.service(picture, {.port = listener.port()}),
                 lost("timeout", queued));
}

/// close() with a queue: the socket lives on without its process.
Queued close_with_queue(Session& session, Link& link) {
    const Queued queued = queue_up(session, link);
    link.accepted.reset();
    return queued;
}

// Then the peer says something that nobody will read: this kernel resets, and tells its own socket
// so as if the peer had (net/ipv4/tcp_input.c, tcp_rcv_state_process).
void late_data(Session& session) {
    const std::uint64_t before = netstat("TCPAbortOnData");
    constexpr std::size_t late_bytes = 4;
    const Listener listener;
    Link link = listener.connect();
    const Queued queued = close_with_queue(session, link);
    write_all(link.connecting.get(), late_bytes);
    wait_dead(link.connecting.get());
    session.consistent("TCPAbortOnData", netstat("TCPAbortOnData") - before, 1);
    expect_both_ended(
        session, listener, lost("reset_by_us", queued),
        {.cause = "reset_by_peer", .written_bytes = late_bytes, .undelivered_bytes = late_bytes});
}

// Then the peer resets.
void reset_after_close(Session& session) {
    const std::uint64_t before = netstat("TCPAbortOnData");
    const Listener listener;
    Link link = listener.connect();
    const Queued queued = close_with_queue(session, link);
    reset_on_close(link.connecting.get());
    link.connecting.reset();
    session.consistent("TCPAbortOnData", netstat("TCPAbortOnData") - before, 0);
    expect_both_ended(session, listener, lost("reset_by_peer", queued), {.cause = "reset_by_us"});
}

}  // namespace

std::vector<Scenario> reset_scenarios() {
    return {
        {"reset_by_peer", "the peer resets with a queue", reset_by_peer},
        {"reset_by_us", "close() with SO_LINGER 0 and a queue", reset_by_us},
        {"reset_by_us_unread", "close() with unread data and a queue", reset_by_us_unread},
        {"reset_idle", "a reset with nothing queued", reset_idle},
        {"late_data", "close() with a queue, then data come", late_data},
        {"reset_after_close", "close() with a queue, then the peer resets", reset_after_close},
        {"timeout", "TCP_USER_TIMEOUT with a shut window", timeout},
    };
}

}  // namespace wiregap::truth
