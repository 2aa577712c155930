// SPDX-License-Identifier: Apache-2.0
#include "tests/truth/link.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace wiregap::truth {

namespace {

constexpr std::uint16_t first_port = 20'000;
constexpr std::uint16_t ports = 10'000;  // below the range of ephemeral ports

struct Address {
    sockaddr_storage storage{};
    socklen_t size = 0;
    [[nodiscard]] const sockaddr* get() const noexcept {
        return reinterpret_cast<const sockaddr*>(&storage);
    }
};

Address address_v4(std::uint16_t port) {
    sockaddr_in v4{};
    v4.sin_family = AF_INET;
    v4.sin_port = htons(port);
    v4.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    Address address;
    std::memcpy(&address.storage, &v4, sizeof(v4));
    address.size = sizeof(v4);
    return address;
}

Address address_v6(const in6_addr& host, std::uint16_t port) {
    sockaddr_in6 v6{};
    v6.sin6_family = AF_INET6;
    v6.sin6_port = htons(port);
    v6.sin6_addr = host;
    Address address;
    std::memcpy(&address.storage, &v6, sizeof(v6));
    address.size = sizeof(v6);
    return address;
}

Address listen_address(Family family, std::uint16_t port) {
    if (family == Family::v4) return address_v4(port);
    return address_v6(family == Family::v6 ? in6addr_loopback : in6addr_any, port);
}

Address connect_address(Family family, std::uint16_t port) {
    return family == Family::v6 ? address_v6(in6addr_loopback, port) : address_v4(port);
}

Fd tcp_socket(int family) {
    return Fd(must(::socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0), "socket"));
}

// A reader that never gets its bytes is a failed scenario, not a test that hangs.
void limit_reads(int fd) {
    const timeval limit{.tv_sec = 30, .tv_usec = 0};
    must(::setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit)),
         "setsockopt SO_RCVTIMEO");
}

// False if the port is taken; throws on any other error.
bool try_bind(int fd, Family family, std::uint16_t port) {
    const Address address = listen_address(family, port);
    if (::bind(fd, address.get(), address.size) == 0) return true;
    if (errno != EADDRINUSE) must(-1, "bind");
    return false;
}

Fd bindable(Family family) {
    Fd fd = tcp_socket(family == Family::v4 ? AF_INET : AF_INET6);
    set_option(fd.get(), SOL_SOCKET, SO_REUSEADDR, 1);
    return fd;
}

std::uint16_t next_port() {
    // Different runs begin at different ports: nothing of the last one can be in the way.
    static std::uint32_t next = static_cast<std::uint32_t>(getpid()) * 64U;
    return static_cast<std::uint16_t>(first_port + next++ % ports);
}

}  // namespace

std::uint16_t fresh_port() {
    for (;;) {
        const std::uint16_t port = next_port();
        const Fd probe = bindable(Family::v4);
        if (try_bind(probe.get(), Family::v4, port)) return port;
    }
}

Listener::Listener(Family family) : Listener(family, fresh_port()) {}

Listener::Listener(Family family, std::uint16_t port)
    : family_(family), port_(port), socket_(bindable(family)) {
    if (!try_bind(socket_.get(), family, port)) must(-1, "bind");
    must(::listen(socket_.get(), 4096), "listen");
}

Fd connect_to(Family family, std::uint16_t port, int receive_buffer_bytes) {
    Fd fd = tcp_socket(family == Family::v6 ? AF_INET6 : AF_INET);
    if (receive_buffer_bytes > 0) set_option(fd.get(), SOL_SOCKET, SO_RCVBUF, receive_buffer_bytes);
    const Address address = connect_address(family, port);
    limit_reads(fd.get());
    must(::connect(fd.get(), address.get(), address.size), "connect");
    return fd;
}

Fd Listener::connect_only(int receive_buffer_bytes) const {
    return connect_to(family_, port_, receive_buffer_bytes);
}

Fd Listener::accept() const {
    Fd fd(must(::accept4(socket_.get(), nullptr, nullptr, SOCK_CLOEXEC), "accept"));
    limit_reads(fd.get());
    return fd;
}

Link Listener::connect(int receive_buffer_bytes) const {
    Link link;
    link.connecting = connect_only(receive_buffer_bytes);
    link.accepted = accept();
    return link;
}

void set_option(int fd, int level, int name, int value) {
    must(::setsockopt(fd, level, name, &value, sizeof(value)), "setsockopt");
}

void set_tcp_option(int fd, int name, int value) { set_option(fd, IPPROTO_TCP, name, value); }

void set_nonblocking(int fd) { must(::fcntl(fd, F_SETFL, O_NONBLOCK), "fcntl F_SETFL"); }

void reset_on_close(int fd) {
    const linger now{.l_onoff = 1, .l_linger = 0};
    must(::setsockopt(fd, SOL_SOCKET, SO_LINGER, &now, sizeof(now)), "setsockopt SO_LINGER");
}

}  // namespace wiregap::truth
