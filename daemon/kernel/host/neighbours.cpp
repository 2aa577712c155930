// SPDX-License-Identifier: Apache-2.0
#include "daemon/kernel/host/neighbours.h"

#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <sys/socket.h>

#include <algorithm>
#include <cstring>
#include <optional>
#include <vector>

#include "daemon/util/fd.h"

namespace wiregap::kernel {
namespace {

constexpr std::size_t largest_answer = 65536;
constexpr std::size_t most_routes = 256;  // in one tick

/// An address of an attribute, as the model has it: IPv4 in the first four bytes.
std::array<std::uint8_t, 16> address_of(const rtattr* attribute) {
    std::array<std::uint8_t, 16> address{};
    std::memcpy(address.data(), RTA_DATA(attribute),
                std::min<std::size_t>(RTA_PAYLOAD(attribute), address.size()));
    return address;
}

/// Calls `each` with every attribute behind a message's own header of `Header`'s size.
template <class Header, class Each>
void for_attributes(const nlmsghdr* message, Each each) {
    const auto* const bytes = static_cast<const char*>(NLMSG_DATA(message));
    std::size_t at = NLMSG_ALIGN(sizeof(Header));
    const std::size_t end = message->nlmsg_len - NLMSG_LENGTH(0);
    while (at + sizeof(rtattr) <= end) {
        const auto* const attribute = reinterpret_cast<const rtattr*>(bytes + at);
        if (attribute->rta_len < sizeof(rtattr) || at + attribute->rta_len > end) return;
        each(attribute);
        at += RTA_ALIGN(attribute->rta_len);
    }
}

/// One address as an attribute behind another; returns the bytes that it takes.
std::size_t put_address(char* at, unsigned short type, const model::Endpoint& end) {
    const std::size_t bytes = end.ipv6 ? 16 : 4;
    rtattr attribute{};
    attribute.rta_type = type;
    attribute.rta_len = static_cast<unsigned short>(RTA_LENGTH(bytes));
    std::memcpy(at, &attribute, sizeof attribute);
    std::memcpy(at + RTA_LENGTH(0), end.address.data(), bytes);
    return RTA_SPACE(bytes);
}

}  // namespace

Neighbours::Neighbours()
    : fd_(socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE)), buffer_(largest_answer) {
    if (fd_.valid()) read();
}

/// Receives once and calls `each` with each message; false when nothing more is to come.
template <class Each>
bool Neighbours::receive(Each each) {
    // The kernel answers while it is asked: there is nothing to wait for.
    const ssize_t got = recv(fd_.get(), buffer_.data(), buffer_.size(), MSG_DONTWAIT);
    if (got <= 0) return false;
    auto length = static_cast<unsigned>(got);
    for (const auto* message = reinterpret_cast<const nlmsghdr*>(buffer_.data());
         NLMSG_OK(message, length); message = NLMSG_NEXT(message, length)) {
        if (message->nlmsg_type == NLMSG_DONE || message->nlmsg_type == NLMSG_ERROR) return false;
        each(message);
    }
    return true;
}

void Neighbours::read() {
    struct {
        nlmsghdr header;
        ndmsg neighbour;
    } message{};
    message.header.nlmsg_type = RTM_GETNEIGH;
    message.header.nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
    message.header.nlmsg_len = sizeof message;
    if (send(fd_.get(), &message, sizeof message, 0) < 0) return;
    const auto take = [&](const nlmsghdr* answer) {
        const auto* const neighbour = static_cast<const ndmsg*>(NLMSG_DATA(answer));
        if ((neighbour->ndm_state & (NUD_INCOMPLETE | NUD_FAILED)) == 0) return;
        for_attributes<ndmsg>(answer, [&](const rtattr* attribute) {
            if (attribute->rta_type == NDA_DST)
                silent_.emplace(neighbour->ndm_ifindex, address_of(attribute));
        });
    };
    while (receive(take)) {
    }
}

/// The route that the kernel would take; nothing if there is none.
std::optional<Neighbours::Hop> Neighbours::next_hop(const model::Endpoint& local,
                                                    const model::Endpoint& peer) {
    struct {
        nlmsghdr header;
        rtmsg route;
        std::array<char, 2 * RTA_SPACE(16)> addresses;
    } message{};
    const auto bits = static_cast<unsigned char>(peer.ipv6 ? 128 : 32);
    message.route.rtm_family = peer.ipv6 ? AF_INET6 : AF_INET;
    message.route.rtm_dst_len = message.route.rtm_src_len = bits;
    char* const at = message.addresses.data();
    std::size_t bytes = put_address(at, RTA_DST, peer);
    bytes += put_address(at + bytes, RTA_SRC, local);
    message.header.nlmsg_type = RTM_GETROUTE;
    message.header.nlmsg_flags = NLM_F_REQUEST;
    message.header.nlmsg_len = static_cast<__u32>(NLMSG_LENGTH(sizeof(rtmsg)) + bytes);
    if (send(fd_.get(), &message, message.header.nlmsg_len, 0) < 0) return {};
    std::optional<Hop> hop;
    receive([&](const nlmsghdr* answer) {
        if (answer->nlmsg_type != RTM_NEWROUTE) return;
        hop = Hop{0, peer.address};
        for_attributes<rtmsg>(answer, [&](const rtattr* attribute) {
            if (attribute->rta_type == RTA_GATEWAY) hop->second = address_of(attribute);
            if (attribute->rta_type == RTA_OIF)
                std::memcpy(&hop->first, RTA_DATA(attribute), sizeof hop->first);
        });
    });
    return hop;
}

std::string Neighbours::silent_next_hop(const model::Endpoint& local, const model::Endpoint& peer) {
    if (silent_.empty()) return {};
    const auto ends = std::make_pair(local.address, peer.address);
    if (const auto known = asked_.find(ends); known != asked_.end()) return known->second;
    if (asked_.size() >= most_routes) return {};
    std::string& answer = asked_[ends];
    const auto hop = next_hop(local, peer);
    if (!hop || !silent_.contains(*hop)) return answer;
    answer = to_string(model::Endpoint{.address = hop->second, .ipv6 = peer.ipv6});
    answer = answer.substr(0, answer.rfind(':'));  // without the port
    return answer;
}

}  // namespace wiregap::kernel
