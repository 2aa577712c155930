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

util::Fd open_route() {
    util::Fd fd(socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE));
    return fd;
}

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

/// Receives once and calls `each` with each message; false when nothing more is to come.
template <class Each>
bool receive(const util::Fd& fd, std::vector<char>& buffer, Each each) {
    // The kernel answers while it is asked: there is nothing to wait for.
    const ssize_t got = recv(fd.get(), buffer.data(), buffer.size(), MSG_DONTWAIT);
    if (got <= 0) return false;
    auto length = static_cast<unsigned>(got);
    for (const auto* message = reinterpret_cast<const nlmsghdr*>(buffer.data());
         NLMSG_OK(message, length); message = NLMSG_NEXT(message, length)) {
        if (message->nlmsg_type == NLMSG_DONE || message->nlmsg_type == NLMSG_ERROR) return false;
        each(message);
    }
    return true;
}

struct Hop {
    int interface = 0;
    std::array<std::uint8_t, 16> address{};
};

/// The route that the kernel would take; nothing if there is none.
std::optional<Hop> next_hop(const model::Endpoint& peer) {
    struct {
        nlmsghdr header;
        rtmsg route;
        rtattr attribute;
        std::array<std::uint8_t, 16> address;
    } message{};
    const std::size_t bytes = peer.ipv6 ? 16 : 4;
    message.route.rtm_family = peer.ipv6 ? AF_INET6 : AF_INET;
    message.route.rtm_dst_len = static_cast<unsigned char>(8 * bytes);
    message.attribute.rta_type = RTA_DST;
    message.attribute.rta_len = static_cast<unsigned short>(RTA_LENGTH(bytes));
    message.address = peer.address;
    message.header.nlmsg_type = RTM_GETROUTE;
    message.header.nlmsg_flags = NLM_F_REQUEST;
    message.header.nlmsg_len = static_cast<__u32>(NLMSG_LENGTH(sizeof(rtmsg)) + RTA_LENGTH(bytes));
    const util::Fd fd = open_route();
    if (!fd.valid() || send(fd.get(), &message, message.header.nlmsg_len, 0) < 0) return {};
    std::optional<Hop> hop;
    std::vector<char> buffer(largest_answer);
    receive(fd, buffer, [&](const nlmsghdr* answer) {
        if (answer->nlmsg_type != RTM_NEWROUTE) return;
        hop = Hop{.address = peer.address};
        for_attributes<rtmsg>(answer, [&](const rtattr* attribute) {
            if (attribute->rta_type == RTA_GATEWAY) hop->address = address_of(attribute);
            if (attribute->rta_type == RTA_OIF)
                std::memcpy(&hop->interface, RTA_DATA(attribute), sizeof hop->interface);
        });
    });
    return hop;
}

}  // namespace

Neighbours::Neighbours() { read(); }

void Neighbours::read() {
    struct {
        nlmsghdr header;
        ndmsg neighbour;
    } message{};
    message.header.nlmsg_type = RTM_GETNEIGH;
    message.header.nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
    message.header.nlmsg_len = sizeof message;
    const util::Fd fd = open_route();
    if (!fd.valid() || send(fd.get(), &message, sizeof message, 0) < 0) return;
    std::vector<char> buffer(largest_answer);
    const auto take = [&](const nlmsghdr* answer) {
        const auto* const neighbour = static_cast<const ndmsg*>(NLMSG_DATA(answer));
        if ((neighbour->ndm_state & (NUD_INCOMPLETE | NUD_FAILED)) == 0) return;
        for_attributes<ndmsg>(answer, [&](const rtattr* attribute) {
            if (attribute->rta_type == NDA_DST)
                silent_.emplace(neighbour->ndm_ifindex, address_of(attribute));
        });
    };
    while (receive(fd, buffer, take)) {
    }
}

std::string Neighbours::silent_next_hop(const model::Endpoint& peer) const {
    if (silent_.empty()) return {};
    const auto hop = next_hop(peer);
    if (!hop || !silent_.contains({hop->interface, hop->address})) return {};
    std::string text = to_string(model::Endpoint{.address = hop->address, .ipv6 = peer.ipv6});
    text = text.substr(0, text.rfind(':'));  // without the port
    return text;
}

}  // namespace wiregap::kernel
