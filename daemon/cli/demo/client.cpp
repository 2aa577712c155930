// SPDX-License-Identifier: Apache-2.0
#include "daemon/cli/demo/client.h"

#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include "daemon/cli/failure.h"
#include "daemon/util/resp_command.h"

namespace wiregap::cli {
namespace {

constexpr const char* request_text = "GET wiregap:demo\r\n";
/// "$16384\r\n", the value, "\r\n"
const std::size_t answer_bytes =
    1 + std::to_string(demo_value_bytes).size() + 2 + demo_value_bytes + 2;
constexpr std::chrono::microseconds interval{1'000'000 / demo_requests_per_second};

[[noreturn]] void gone(const std::string& why) {
    throw Failure("the RESP server ended the connection: " + why);
}

void send_whole(const Socket& socket, const std::string& text) {
    if (send(socket.get(), text.data(), text.size(), MSG_NOSIGNAL) !=
        static_cast<ssize_t>(text.size())) {
        gone(std::strerror(errno));
    }
}

std::string read_line(const Socket& socket) {
    std::string line;
    char c = 0;
    while (!line.ends_with("\r\n")) {
        const ssize_t got = recv(socket.get(), &c, 1, 0);
        if (got < 0 && errno == EAGAIN) throw Failure("the RESP server gives no answer");
        if (got <= 0) gone(got == 0 ? "it said nothing" : std::strerror(errno));
        line += c;
    }
    return line.substr(0, line.size() - 2);
}

}  // namespace

DemoClient::DemoClient(const DemoTarget& target, int receive_buffer_bytes)
    : socket_(connect_to(target.address, target.port, receive_buffer_bytes)) {
    if (!target.password.empty()) ask(util::resp_command({"AUTH", target.password}));
}

void DemoClient::ask(const std::string& command) {
    send_whole(socket_, command);
    const std::string answer = read_line(socket_);
    if (answer.starts_with("-NOAUTH")) {
        throw Failure("the RESP server wants a password: say it in REDISCLI_AUTH");
    }
    if (answer.starts_with('-')) throw Failure("the RESP server says: " + answer.substr(1));
}

void DemoClient::request(int times) {
    std::string text;
    for (int i = 0; i < times; ++i) text += request_text;
    send_whole(socket_, text);
}

void DemoClient::request_when_due(Clock::time_point now) {
    if (missing_bytes_ > 0 || now < next_) return;
    next_ = std::max(next_ + interval, now);  // no burst after a stall
    missing_bytes_ = answer_bytes;
    send_whole(socket_, request_text);
}

void DemoClient::read_some() {
    static std::array<char, 65536> buffer;
    const ssize_t got = recv(socket_.get(), buffer.data(), buffer.size(), MSG_DONTWAIT);
    if (got < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (got <= 0) gone(got == 0 ? "at its end" : std::strerror(errno));
    missing_bytes_ -= std::min(missing_bytes_, static_cast<std::size_t>(got));
}

}  // namespace wiregap::cli
