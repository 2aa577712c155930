// SPDX-License-Identifier: Apache-2.0
#include "tests/truth/socket_truth.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <linux/sock_diag.h>
#include <linux/sockios.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include <array>
#include <cstring>

#include "tests/support/fd.h"

namespace wiregap::truth {

namespace {

std::uint32_t queue_size(int fd, unsigned long request, const char* name) {
    int bytes = 0;
    must(ioctl(fd, request, &bytes), name);
    return static_cast<std::uint32_t>(bytes);
}

template <typename Value>
Value option(int fd, int level, int name, const char* call) {
    Value value{};
    socklen_t size = sizeof(value);
    must(getsockopt(fd, level, name, &value, &size), call);
    return value;
}

std::string endpoint(const sockaddr_storage& address) {
    std::array<char, INET6_ADDRSTRLEN> text{};
    if (address.ss_family == AF_INET) {
        sockaddr_in v4{};
        std::memcpy(&v4, &address, sizeof(v4));
        inet_ntop(AF_INET, &v4.sin_addr, text.data(), text.size());
        return fmt::format("{}:{}", text.data(), ntohs(v4.sin_port));
    }
    sockaddr_in6 v6{};
    std::memcpy(&v6, &address, sizeof(v6));
    if (IN6_IS_ADDR_V4MAPPED(&v6.sin6_addr)) {
        inet_ntop(AF_INET, &v6.sin6_addr.s6_addr[12], text.data(), text.size());
        return fmt::format("{}:{}", text.data(), ntohs(v6.sin6_port));
    }
    inet_ntop(AF_INET6, &v6.sin6_addr, text.data(), text.size());
    return fmt::format("[{}]:{}", text.data(), ntohs(v6.sin6_port));
}

template <typename Call>
std::string endpoint_of(int fd, Call call, const char* name) {
    sockaddr_storage address{};
    socklen_t size = sizeof(address);
    must(call(fd, reinterpret_cast<sockaddr*>(&address), &size), name);
    return endpoint(address);
}

}  // namespace

std::uint32_t send_queue_bytes(int fd) { return queue_size(fd, SIOCOUTQ, "ioctl SIOCOUTQ"); }
std::uint32_t notsent_bytes(int fd) { return queue_size(fd, SIOCOUTQNSD, "ioctl SIOCOUTQNSD"); }

SocketTruth socket_truth(int fd) {
    const auto info = option<tcp_info>(fd, IPPROTO_TCP, TCP_INFO, "getsockopt TCP_INFO");
    const auto memory = option<std::array<std::uint32_t, SK_MEMINFO_VARS>>(
        fd, SOL_SOCKET, SO_MEMINFO, "getsockopt SO_MEMINFO");
    return {.send_queue_bytes = send_queue_bytes(fd),
            .notsent_bytes = notsent_bytes(fd),
            .info_notsent_bytes = info.tcpi_notsent_bytes,
            .state = info.tcpi_state,
            .send_buffer_used_bytes = memory[SK_MEMINFO_WMEM_QUEUED],
            .send_buffer_limit_bytes = memory[SK_MEMINFO_SNDBUF],
            .retransmitted_bytes = info.tcpi_bytes_retrans};
}

std::uint64_t socket_cookie(int fd) {
    return option<std::uint64_t>(fd, SOL_SOCKET, SO_COOKIE, "getsockopt SO_COOKIE");
}

std::string local_endpoint(int fd) { return endpoint_of(fd, ::getsockname, "getsockname"); }
std::string peer_endpoint(int fd) { return endpoint_of(fd, ::getpeername, "getpeername"); }

std::uint64_t netns_inode() {
    struct stat netns {};
    must(stat("/proc/thread-self/ns/net", &netns), "stat /proc/thread-self/ns/net");
    return netns.st_ino;
}

}  // namespace wiregap::truth
