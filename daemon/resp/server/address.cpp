// SPDX-License-Identifier: Apache-2.0
#include "daemon/resp/server/address.h"

#include <linux/sockios.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstring>

#include "daemon/resp/commands/session.h"

namespace wiregap::resp {
namespace {

using NameCall = int (*)(int, sockaddr*, socklen_t*);

/// One end of a TCP connection, by getsockname() or getpeername().
model::Endpoint endpoint(int fd, NameCall call) {
    model::Endpoint endpoint;
    sockaddr_storage name{};
    socklen_t size = sizeof name;
    if (call(fd, reinterpret_cast<sockaddr*>(&name), &size) != 0) return endpoint;
    endpoint.ipv6 = name.ss_family == AF_INET6;
    if (endpoint.ipv6) {
        const auto& in6 = reinterpret_cast<const sockaddr_in6&>(name);
        std::memcpy(endpoint.address.data(), &in6.sin6_addr, sizeof in6.sin6_addr);
        endpoint.port = ntohs(in6.sin6_port);
    } else {
        const auto& in = reinterpret_cast<const sockaddr_in&>(name);
        std::memcpy(endpoint.address.data(), &in.sin_addr, sizeof in.sin_addr);
        endpoint.port = ntohs(in.sin_port);
    }
    return endpoint;
}

}  // namespace

void describe(int fd, const std::string& unix_path, Session& session) {
    session.fd = fd;
    session.tcp = unix_path.empty();
    if (!session.tcp) {
        session.peer = session.local = unix_path + ":0";
        return;
    }
    session.peer = to_string(endpoint(fd, getpeername));
    session.local = to_string(endpoint(fd, getsockname));
    socklen_t size = sizeof session.cookie;
    getsockopt(fd, SOL_SOCKET, SO_COOKIE, &session.cookie, &size);
}

bool is_trusted_peer(int fd) noexcept {
    ucred peer{};
    socklen_t size = sizeof peer;
    if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0) return false;
    return peer.uid == 0 || peer.uid == geteuid();
}

void prepare_tcp(int fd) noexcept {
    const int on = 1;
    const int idle_seconds = 300;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
    setsockopt(fd, IPPROTO_TCP, TCP_KEEPIDLE, &idle_seconds, sizeof idle_seconds);
}

std::optional<StreamPlace> stream_place(int fd) noexcept {
    int queued = 0;
    int notsent = 0;
    tcp_info info{};
    socklen_t size = sizeof info;
    if (ioctl(fd, SIOCOUTQNSD, &notsent) != 0 || ioctl(fd, SIOCOUTQ, &queued) != 0 ||
        getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &size) != 0) {
        return {};
    }
    StreamPlace place;
    place.notsent_bytes = static_cast<std::uint64_t>(notsent);
    place.unacked_bytes = queued > notsent ? static_cast<std::uint64_t>(queued - notsent) : 0;
    place.acked_bytes = info.tcpi_bytes_acked;
    return place;
}

std::optional<model::Connection> as_connection(const Session& session) {
    const auto place = session.cookie == 0 ? std::nullopt : stream_place(session.fd);
    if (!place) return {};
    model::Connection connection;
    connection.cookie = session.cookie;
    connection.state = 1;  // ESTABLISHED: it has a peer
    connection.local = endpoint(session.fd, getsockname);
    connection.peer = endpoint(session.fd, getpeername);
    connection.notsent_bytes = static_cast<std::uint32_t>(place->notsent_bytes);
    connection.unacked_bytes = static_cast<std::uint32_t>(place->unacked_bytes);
    connection.acked_bytes = place->acked_bytes;
    connection.reply_backlog_bytes = session.out.pending();
    return connection;
}

std::string stream_line(const Session& session) {
    const auto place = session.cookie == 0 ? std::nullopt : stream_place(session.fd);
    if (!place) return {};
    return "id=" + std::to_string(session.id) + " cookie=" + std::to_string(session.cookie) +
           " laddr=" + session.local + " addr=" + session.peer +
           " produced=" + std::to_string(session.out.produced()) +
           " backlog=" + std::to_string(session.out.pending()) +
           " notsent=" + std::to_string(place->notsent_bytes) +
           " unacked=" + std::to_string(place->unacked_bytes) +
           " acked=" + std::to_string(place->acked_bytes);
}

}  // namespace wiregap::resp
