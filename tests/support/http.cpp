// SPDX-License-Identifier: Apache-2.0
#include "tests/support/http.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <charconv>
#include <optional>
#include <stdexcept>

#include "tests/support/fd.h"

namespace wiregap {
inline namespace support {

namespace {

std::optional<Fd> connect_loopback(std::uint16_t port) {
    Fd fd(must(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), "socket"));
    const timeval limit{.tv_sec = 10, .tv_usec = 0};
    must(::setsockopt(fd.get(), SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit)), "setsockopt");
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof(address)) < 0)
        return std::nullopt;
    return fd;
}

// Everything until the server closes; what came so far if it resets.
std::string read_answer(int fd) {
    std::string answer;
    std::array<char, 65536> buffer{};
    for (;;) {
        const ssize_t got = read_some(fd, buffer.data(), buffer.size());
        if (got <= 0) return answer;
        answer.append(buffer.data(), static_cast<std::size_t>(got));
    }
}

int status_of(const std::string& answer) {
    constexpr std::size_t digits_at = 9;  // "HTTP/1.1 200"
    int status = 0;
    if (answer.size() < digits_at + 3 || answer.compare(0, 5, "HTTP/") != 0) return 0;
    std::from_chars(answer.data() + digits_at, answer.data() + digits_at + 3, status);
    return status;
}

}  // namespace

HttpAnswer http_get(std::uint16_t port, const std::string& target) {
    const std::optional<Fd> fd = connect_loopback(port);
    if (!fd) return {};
    const std::string request =
        "GET " + target + " HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n";
    if (::send(fd->get(), request.data(), request.size(), MSG_NOSIGNAL) < 0) return {};
    const std::string answer = read_answer(fd->get());
    if (answer.empty()) return {};
    const std::size_t end = answer.find("\r\n\r\n");
    if (end == std::string::npos || status_of(answer) == 0)
        throw std::runtime_error("GET " + target + ": the answer is not HTTP");
    return {.status = status_of(answer), .body = answer.substr(end + 4)};
}

}  // namespace support
}  // namespace wiregap
