// SPDX-License-Identifier: Apache-2.0
#include "daemon/resp/server/stages.h"

#include <linux/errqueue.h>
#include <linux/net_tstamp.h>
#include <netinet/in.h>

#include <cstddef>
#include <cstring>

namespace wiregap::resp {
namespace {

using Control = std::array<char, 256>;

/// What one message of the error queue says.
struct Stamp {
    bool complete = false;
    std::uint32_t kind = 0;
    std::uint32_t key = 0;
    std::uint64_t ns = 0;
};

bool is_error_message(const cmsghdr& header) {
    return (header.cmsg_level == SOL_IP && header.cmsg_type == IP_RECVERR) ||
           (header.cmsg_level == SOL_IPV6 && header.cmsg_type == IPV6_RECVERR);
}

Stamp stamp_of(msghdr& message) {
    Stamp stamp;
    bool timed = false;
    for (cmsghdr* at = CMSG_FIRSTHDR(&message); at != nullptr; at = CMSG_NXTHDR(&message, at)) {
        if (at->cmsg_level == SOL_SOCKET && at->cmsg_type == SCM_TIMESTAMPING) {
            scm_timestamping times{};
            std::memcpy(&times, CMSG_DATA(at), sizeof times);
            stamp.ns = static_cast<std::uint64_t>(times.ts[0].tv_sec) * 1'000'000'000 +
                       static_cast<std::uint64_t>(times.ts[0].tv_nsec);
            timed = stamp.ns != 0;
        } else if (is_error_message(*at)) {
            sock_extended_err error{};
            std::memcpy(&error, CMSG_DATA(at), sizeof error);
            if (error.ee_origin != SO_EE_ORIGIN_TIMESTAMPING) continue;
            stamp.kind = error.ee_info;
            stamp.key = error.ee_data;
            stamp.complete = true;
        }
    }
    stamp.complete = stamp.complete && timed;
    return stamp;
}

/// The wall clock may be set back between two stamps; a delay is never below zero.
std::uint64_t since(std::uint64_t begin_ns, std::uint64_t end_ns) {
    return end_ns > begin_ns ? end_ns - begin_ns : 0;
}

}  // namespace

bool allow_stamps(int fd) noexcept {
    const int flags =
        SOF_TIMESTAMPING_SOFTWARE | SOF_TIMESTAMPING_OPT_ID | SOF_TIMESTAMPING_OPT_TSONLY;
    return setsockopt(fd, SOL_SOCKET, SO_TIMESTAMPING, &flags, sizeof flags) == 0;
}

ssize_t send_stamped(int fd, std::span<iovec> parts) noexcept {
    const std::uint32_t wanted = SOF_TIMESTAMPING_TX_SCHED | SOF_TIMESTAMPING_TX_ACK;
    alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof wanted)> control{};
    msghdr message{};
    message.msg_iov = parts.data();
    message.msg_iovlen = parts.size();
    message.msg_control = control.data();
    message.msg_controllen = control.size();
    cmsghdr* const header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SO_TIMESTAMPING;
    header->cmsg_len = CMSG_LEN(sizeof wanted);
    std::memcpy(CMSG_DATA(header), &wanted, sizeof wanted);
    return sendmsg(fd, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
}

void Flight::begin(std::uint64_t end, std::uint64_t written_ns) noexcept {
    busy_ = true;
    key_ = static_cast<std::uint32_t>(end - 1);
    written_ns_ = written_ns;
    transmitted_ns_ = 0;
}

int Flight::collect(int fd, Stages& stages) noexcept {
    constexpr std::size_t batch = 4;
    std::array<Control, batch> control{};
    std::array<mmsghdr, batch> messages{};
    for (std::size_t i = 0; i < batch; ++i) {
        messages.at(i).msg_hdr.msg_control = control.at(i).data();
        messages.at(i).msg_hdr.msg_controllen = control.at(i).size();
    }
    const int count = recvmmsg(fd, messages.data(), batch, MSG_ERRQUEUE | MSG_DONTWAIT, nullptr);
    for (int i = 0; i < count; ++i) {
        const Stamp got = stamp_of(messages.at(static_cast<std::size_t>(i)).msg_hdr);
        if (got.complete) stamp(got.kind, got.key, got.ns, stages);
    }
    return count > 0 ? count : 0;
}

void Flight::stamp(std::uint32_t kind, std::uint32_t key, std::uint64_t ns,
                   Stages& stages) noexcept {
    if (!busy_ || key != key_) return;  // a late one, of a retransmission
    if (kind == SCM_TSTAMP_SCHED && transmitted_ns_ == 0) {
        transmitted_ns_ = ns;
        stages.delays[1].record_ns(since(written_ns_, ns));
    } else if (kind == SCM_TSTAMP_ACK) {
        busy_ = false;
        if (transmitted_ns_ == 0) {
            ++stages.lost;
        } else {
            stages.delays[2].record_ns(since(transmitted_ns_, ns));
        }
    }
}

}  // namespace wiregap::resp
