// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/lib/sockets.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include <array>
#include <stdexcept>

#include "tests/bench/lib/error.h"

namespace wiregap::bench {

namespace {

sockaddr_in loopback(std::uint16_t port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
}

std::uint16_t local_port(int fd) {
    sockaddr_in address{};
    socklen_t size = sizeof address;
    checked(getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size), "getsockname");
    return ntohs(address.sin_port);
}

util::Fd bound_socket() {
    util::Fd fd(checked(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), "socket"));
    const sockaddr_in address = loopback(0);
    checked(bind(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address), "bind");
    return fd;
}

}  // namespace

Listener::Listener() : fd_(bound_socket()), port_(local_port(fd_.get())) {
    checked(listen(fd_.get(), 1024), "listen");
}

Pair connect_pair(const Listener& listener) {
    Pair pair;
    pair.client = util::Fd(checked(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), "socket"));
    const sockaddr_in address = loopback(listener.port());
    checked(connect(pair.client.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address),
            "connect");
    pair.server =
        util::Fd(checked(accept4(listener.fd(), nullptr, nullptr, SOCK_CLOEXEC), "accept"));
    return pair;
}

std::vector<Pair> connect_pairs(const Listener& listener, std::size_t count) {
    std::vector<Pair> pairs;
    pairs.reserve(count);
    while (pairs.size() < count) pairs.push_back(connect_pair(listener));
    return pairs;
}

void set_option(int fd, int level, int option, int value) {
    checked(setsockopt(fd, level, option, &value, sizeof value), "setsockopt");
}

void set_nodelay(const Pair& pair) {
    set_option(pair.client.get(), IPPROTO_TCP, TCP_NODELAY, 1);
    set_option(pair.server.get(), IPPROTO_TCP, TCP_NODELAY, 1);
}

void set_nonblocking(int fd) {
    const int flags = checked(fcntl(fd, F_GETFL), "fcntl");
    checked(fcntl(fd, F_SETFL, flags | O_NONBLOCK), "fcntl");
}

void send_across(int from, int to, std::size_t size_bytes) {
    static std::array<char, 4096> buffer{};
    if (size_bytes > buffer.size()) throw std::invalid_argument("send_across: over 4096 bytes");
    const auto expected = static_cast<ssize_t>(size_bytes);
    if (checked(send(from, buffer.data(), size_bytes, MSG_NOSIGNAL), "send") != expected ||
        checked(recv(to, buffer.data(), size_bytes, MSG_WAITALL), "recv") != expected) {
        throw std::runtime_error("send_across: fewer bytes than asked for");
    }
}

void drain(int fd) {
    static std::array<char, 1 << 18> buffer;
    while (recv(fd, buffer.data(), buffer.size(), MSG_DONTWAIT) > 0) {
    }
}

void raise_descriptor_limit() {
    rlimit limit{};
    checked(getrlimit(RLIMIT_NOFILE, &limit), "getrlimit");
    limit.rlim_cur = limit.rlim_max;
    checked(setrlimit(RLIMIT_NOFILE, &limit), "setrlimit");
}

std::uint16_t free_port() { return local_port(bound_socket().get()); }

}  // namespace wiregap::bench
