// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/lib/http.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <array>
#include <cstdlib>

#include "daemon/util/fd.h"

namespace wiregap::bench {

namespace {

bool connect_to(int fd, std::uint16_t port) {
    const timeval timeout{5, 0};
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof timeout);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
}

std::string read_all(int fd) {
    std::string text;
    std::array<char, 16384> buffer;
    for (ssize_t size = 0; (size = recv(fd, buffer.data(), buffer.size(), 0)) > 0;) {
        text.append(buffer.data(), static_cast<std::size_t>(size));
    }
    return text;
}

HttpAnswer parse(const std::string& text) {
    const std::size_t head_end = text.find("\r\n\r\n");
    if (text.rfind("HTTP/1.", 0) != 0 || head_end == std::string::npos) return {};
    return {std::atoi(text.c_str() + sizeof "HTTP/1.x" - 1), text.substr(head_end + 4)};
}

}  // namespace

HttpAnswer http_get(std::uint16_t port, const std::string& path) {
    const util::Fd fd(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    if (!connect_to(fd.get(), port)) return {};
    const std::string request =
        "GET " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n";
    if (send(fd.get(), request.data(), request.size(), MSG_NOSIGNAL) < 0) return {};
    return parse(read_all(fd.get()));
}

}  // namespace wiregap::bench
