// SPDX-License-Identifier: Apache-2.0
#include "daemon/kernel/diag/diag_dump.h"

#include <arpa/inet.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <linux/sock_diag.h>
#include <linux/tcp.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstddef>
#include <cstring>
#include <stdexcept>
#include <string>

#include "daemon/util/fd.h"

namespace wiregap::kernel {
namespace {

constexpr unsigned closing_state = 11;
// All but TIME_WAIT (6), CLOSE (7) and the half-open ones of listeners (12).
constexpr std::uint32_t wanted_states =
    ((1U << (closing_state + 1)) - 1) & ~(1U << 0) & ~(1U << 6) & ~(1U << 7);

[[noreturn]] void fail(const char* what) {
    throw std::runtime_error(std::string("sock_diag: ") + what + ": " + std::strerror(errno));
}

util::Fd open_diag() {
    util::Fd fd(socket(AF_NETLINK, SOCK_DGRAM | SOCK_CLOEXEC, NETLINK_SOCK_DIAG));
    if (!fd.valid()) fail("opening a socket");
    return fd;
}

void ask(const util::Fd& fd, std::uint8_t family) {
    struct {
        nlmsghdr header;
        inet_diag_req_v2 request;
    } message{};
    message.header.nlmsg_len = sizeof message;
    message.header.nlmsg_type = SOCK_DIAG_BY_FAMILY;
    message.header.nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
    message.request.sdiag_family = family;
    message.request.sdiag_protocol = IPPROTO_TCP;
    message.request.idiag_ext = (1U << (INET_DIAG_INFO - 1)) | (1U << (INET_DIAG_SKMEMINFO - 1));
    message.request.idiag_states = wanted_states;
    if (send(fd.get(), &message, sizeof message, 0) < 0) fail("asking");
}

model::Endpoint endpoint(const __be32 (&address)[4], __be16 port, bool ipv6) {
    model::Endpoint out{.ipv6 = ipv6, .port = ntohs(port)};
    std::memcpy(out.address.data(), address, ipv6 ? 16 : 4);
    return out;
}

void read_tcp_info(const rtattr* attribute, DiagSocket& out) {
    tcp_info info{};
    std::memcpy(&info, RTA_DATA(attribute),
                std::min<std::size_t>(RTA_PAYLOAD(attribute), sizeof info));
    model::Connection& c = out.connection;
    c.notsent_bytes = info.tcpi_notsent_bytes;
    c.cwnd_segs = info.tcpi_snd_cwnd;
    c.mss_bytes = info.tcpi_snd_mss;
    c.srtt_us = info.tcpi_rtt;
    c.unanswered_probes = info.tcpi_probes;
    c.backoff = info.tcpi_backoff;
    c.rto_us = info.tcpi_rto;
    c.acked_bytes = info.tcpi_bytes_acked;
    c.retransmitted_bytes = info.tcpi_bytes_retrans;
    out.sent_bytes = info.tcpi_bytes_sent;
    out.sent_segs = info.tcpi_segs_out;
    c.sent_bytes = info.tcpi_bytes_sent;
    c.in_recovery = info.tcpi_ca_state >= TCP_CA_Recovery;
    c.rwnd_limited_us = info.tcpi_rwnd_limited;
    c.sndbuf_limited_us = info.tcpi_sndbuf_limited;
    // An older kernel's answer ends before it.
    if (RTA_PAYLOAD(attribute) < offsetof(tcp_info, tcpi_snd_wnd) + sizeof info.tcpi_snd_wnd)
        return;
    c.rwnd_bytes = info.tcpi_snd_wnd;
    c.peer_zero_window = info.tcpi_snd_wnd == 0 && info.tcpi_notsent_bytes > 0;
}

void read_memory(const rtattr* attribute, DiagSocket& socket) {
    model::Connection& out = socket.connection;
    std::array<__u32, SK_MEMINFO_VARS> words{};
    std::memcpy(words.data(), RTA_DATA(attribute),
                std::min<std::size_t>(RTA_PAYLOAD(attribute), sizeof words));
    out.send_buffer_used_bytes = words[SK_MEMINFO_WMEM_QUEUED];
    out.send_buffer_limit_bytes = words[SK_MEMINFO_SNDBUF];
    socket.drops = words[SK_MEMINFO_DROPS];
}

/// The peer's FIN counts in the receive queue, and is no byte.
bool has_received_fin(unsigned state) {
    return state == model::close_wait_state || state == model::last_ack_state ||
           state == model::closing_state;
}

/// RTA_NEXT without its mixed signs.
const rtattr* next_attribute(const rtattr* attribute, unsigned short& length) {
    const auto step = static_cast<unsigned short>(RTA_ALIGN(attribute->rta_len));
    length = step < length ? static_cast<unsigned short>(length - step) : 0;
    return reinterpret_cast<const rtattr*>(reinterpret_cast<const char*>(attribute) + step);
}

DiagSocket to_socket(const nlmsghdr* header) {
    const auto* message = static_cast<const inet_diag_msg*>(NLMSG_DATA(header));
    DiagSocket out;
    model::Connection& c = out.connection;
    const bool ipv6 = message->idiag_family == AF_INET6;
    c.state = message->idiag_state;
    c.local = endpoint(message->id.idiag_src, message->id.idiag_sport, ipv6);
    c.peer = endpoint(message->id.idiag_dst, message->id.idiag_dport, ipv6);
    c.cookie = std::uint64_t{message->id.idiag_cookie[1]} << 32 | message->id.idiag_cookie[0];
    c.receive_queue_bytes = message->idiag_rqueue;
    if (c.receive_queue_bytes > 0 && has_received_fin(c.state)) --c.receive_queue_bytes;
    out.inode = message->idiag_inode;
    auto length = static_cast<unsigned short>(header->nlmsg_len - NLMSG_LENGTH(sizeof *message));
    for (const auto* attribute = reinterpret_cast<const rtattr*>(message + 1);
         RTA_OK(attribute, length); attribute = next_attribute(attribute, length)) {
        if (attribute->rta_type == INET_DIAG_INFO) read_tcp_info(attribute, out);
        if (attribute->rta_type == INET_DIAG_SKMEMINFO) read_memory(attribute, out);
    }
    if (c.state == model::listen_state) {
        out.accept_queue_limit = message->idiag_wqueue;
        return out;
    }
    // idiag_wqueue is write_seq - snd_una; a SYN and a queued FIN count there as one. Before the
    // SYN has left (TCP_FASTOPEN_CONNECT) snd_una is of nobody (net/ipv4/tcp_output.c,
    // tcp_connect_init).
    const bool fin = c.state == 4 || c.state == 9 || c.state == closing_state;
    const bool syn = c.state == model::syn_sent_state;
    std::uint32_t queued = syn && out.sent_segs == 0 ? 0 : message->idiag_wqueue;
    if ((fin || syn) && queued > 0) --queued;
    c.notsent_bytes = std::min(c.notsent_bytes, queued);
    c.unacked_bytes = queued - c.notsent_bytes;
    return out;
}

/// One datagram of answers; false at the dump's end.
bool take(const std::vector<char>& buffer, std::size_t size, std::vector<DiagSocket>& out) {
    auto length = static_cast<unsigned>(size);
    for (const auto* header = reinterpret_cast<const nlmsghdr*>(buffer.data());
         NLMSG_OK(header, length); header = NLMSG_NEXT(header, length)) {
        if (header->nlmsg_type == NLMSG_DONE) return false;
        if (header->nlmsg_type == NLMSG_ERROR) {
            errno = -static_cast<const nlmsgerr*>(NLMSG_DATA(header))->error;
            fail("the kernel refuses (is INET_DIAG built in or its module loadable?)");
        }
        out.push_back(to_socket(header));
    }
    return true;
}

}  // namespace

std::vector<DiagSocket> dump_tcp_sockets() {
    std::vector<DiagSocket> sockets;
    std::vector<char> buffer(65536);
    const util::Fd fd = open_diag();
    for (const std::uint8_t family : {std::uint8_t{AF_INET}, std::uint8_t{AF_INET6}}) {
        ask(fd, family);
        for (;;) {
            const ssize_t got = recv(fd.get(), buffer.data(), buffer.size(), 0);
            if (got < 0 && errno == EINTR) continue;
            if (got < 0) fail("reading");
            if (!take(buffer, static_cast<std::size_t>(got), sockets)) break;
        }
    }
    return sockets;
}

}  // namespace wiregap::kernel
