// SPDX-License-Identifier: Apache-2.0
// Sequence numbers that wrap: a pair made with TCP_REPAIR, whose first byte lies just below 2^32.
#include <arpa/inet.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <string>

#include "tests/truth/expectations.h"
#include "tests/truth/link.h"
#include "tests/truth/scenario.h"

namespace wiregap::truth {

namespace {

constexpr std::uint32_t option_mss = 2;  // RFC 9293; <netinet/tcp.h> clashes with <linux/tcp.h>
constexpr std::uint32_t option_window_scale = 3;  // RFC 7323

/// One end of a connection that is declared rather than negotiated.
struct End {
    std::uint16_t port = 0;
    std::uint32_t first_seq = 0;  ///< of the first byte that it writes
    Fd socket{};
};

sockaddr_in loopback(std::uint16_t port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
}

void set_queue_seq(int fd, int queue, std::uint32_t seq) {
    set_tcp_option(fd, TCP_REPAIR_QUEUE, queue);
    must(::setsockopt(fd, IPPROTO_TCP, TCP_QUEUE_SEQ, &seq, sizeof(seq)),
         "setsockopt TCP_QUEUE_SEQ");
}

// In repair mode connect() sends nothing: the socket is ESTABLISHED with the numbers set before.
void declare(End& own, const End& other) {
    own.socket = Fd(must(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), "socket"));
    const int fd = own.socket.get();
    set_option(fd, SOL_SOCKET, SO_REUSEADDR, 1);
    set_tcp_option(fd, TCP_REPAIR, TCP_REPAIR_ON);
    const sockaddr_in here = loopback(own.port);
    const sockaddr_in there = loopback(other.port);
    must(::bind(fd, reinterpret_cast<const sockaddr*>(&here), sizeof(here)), "bind");
    set_queue_seq(fd, TCP_SEND_QUEUE, own.first_seq);
    set_queue_seq(fd, TCP_RECV_QUEUE, other.first_seq);
    must(::connect(fd, reinterpret_cast<const sockaddr*>(&there), sizeof(there)), "connect");
}

// What the handshake would have agreed on: without it the window is 64 bytes.
void declare_options(const End& own, const End& other) {
    constexpr std::uint32_t window_bytes = 65'536;
    constexpr std::uint32_t scales = 7U | 7U << 16U;  // of the sending and the receiving side
    const std::array<tcp_repair_opt, 2> options{
        tcp_repair_opt{.opt_code = option_mss, .opt_val = 16'384},
        tcp_repair_opt{.opt_code = option_window_scale, .opt_val = scales}};
    const tcp_repair_window window{.snd_wl1 = other.first_seq,
                                   .snd_wnd = window_bytes,
                                   .max_window = window_bytes,
                                   .rcv_wnd = window_bytes,
                                   .rcv_wup = other.first_seq};
    must(::setsockopt(own.socket.get(), IPPROTO_TCP, TCP_REPAIR_OPTIONS, options.data(),
                      sizeof(options)),
         "setsockopt TCP_REPAIR_OPTIONS");
    must(::setsockopt(own.socket.get(), IPPROTO_TCP, TCP_REPAIR_WINDOW, &window, sizeof(window)),
         "setsockopt TCP_REPAIR_WINDOW");
}

void join(End& one, End& other) {
    declare(one, other);
    declare(other, one);
    declare_options(one, other);
    declare_options(other, one);
    for (const End* end : {&one, &other})
        set_tcp_option(end->socket.get(), TCP_REPAIR, TCP_REPAIR_OFF_NO_WP);
}

bool repair_allowed(Session& session) {
    const Fd fd(must(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), "socket"));
    const int on = TCP_REPAIR_ON;
    if (::setsockopt(fd.get(), IPPROTO_TCP, TCP_REPAIR, &on, sizeof(on)) == 0) return true;
    session.report().skip(
        "sequence wrap",
        "TCP_REPAIR is refused: " + std::generic_category().message(errno) + " (CAP_NET_ADMIN)");
    return false;
}

void check_queue(Session& session, const Picture& picture, std::uint16_t port, const Filled& filled,
                 const SocketTruth& truth) {
    expect_consistent(session, truth);
    const View view = session.service(picture, {.port = port, .role = "client"});
    session.expect(view, "/written_bytes", filled.accepted_bytes);
    session.expect(view, "/transmitted_bytes", filled.accepted_bytes - truth.notsent_bytes);
    session.expect(view, "/acked_bytes", filled.accepted_bytes - truth.send_queue_bytes);
    expect_gauges(session, view, truth);
    session.expect_identities(view);
    expect_writes(session, view, filled.accepted_calls);
}

enum class Wrap : std::uint8_t { in_flight, in_queue };

// Where 2^32 lies in the queue that stands still.
void check_place(Session& session, Wrap wrap, std::uint64_t bytes_before_wrap, const Filled& filled,
                 const SocketTruth& truth) {
    const std::uint64_t sent = filled.accepted_bytes - truth.notsent_bytes;
    session.consistent("the last byte lies beyond the wrap",
                       filled.accepted_bytes > bytes_before_wrap ? 1 : 0, 1);
    session.consistent("the last byte sent lies beyond the wrap", sent > bytes_before_wrap ? 1 : 0,
                       wrap == Wrap::in_flight ? 1 : 0);
}

// Fills the queue across the wrap, looks, lets everything be read.
void wrap_after(Session& session, Wrap wrap, std::uint32_t bytes_before_wrap) {
    if (!repair_allowed(session)) return;
    End writer{.port = fresh_port(), .first_seq = 0U - bytes_before_wrap};
    End reader{.port = fresh_port(), .first_seq = 0U - 7};
    join(writer, reader);
    const int fd = writer.socket.get();
    const Filled filled = fill(fd);
    SocketTruth truth;
    const Picture held =
        session.standing_still([fd] { return socket_truth(fd); }, truth, reader.port);
    check_place(session, wrap, bytes_before_wrap, filled, truth);
    check_queue(session, held, reader.port, filled, truth);
    read_exactly(reader.socket.get(), filled.accepted_bytes);
    wait_all_acked(fd);
    const View view = session.settled_service({.port = reader.port, .role = "client"});
    expect_delivered(session, view, filled.accepted_bytes);
    expect_writes(session, view, filled.accepted_calls);
}

// snd_una and snd_nxt already beyond the wrap when the queue stands still ..
void wrap_in_flight(Session& session) { wrap_after(session, Wrap::in_flight, 20'000); }
// .. and both before it, with write_seq beyond.
void wrap_in_queue(Session& session) { wrap_after(session, Wrap::in_queue, 1'000'000); }

}  // namespace

std::vector<Scenario> sequence_scenarios() {
    return {
        {"wrap_in_flight", "write_seq starts 20 kB below 2^32", wrap_in_flight},
        {"wrap_in_queue", "write_seq starts 1 MB below 2^32", wrap_in_queue},
    };
}

}  // namespace wiregap::truth
