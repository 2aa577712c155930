// SPDX-License-Identifier: Apache-2.0
// A client of plain sockets, so that a test can be as rude as it wants.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <array>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <utility>

namespace wiregap::test {

class HttpClient {
  public:
    /// Connects to 127.0.0.1. receive_buffer_bytes: 0 for the kernel's own choice.
    explicit HttpClient(std::uint16_t port, int receive_buffer_bytes = 0)
        : fd_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
        const timeval timeout{10, 0};  // a test that waits in vain must end
        setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof(timeout));
        if (receive_buffer_bytes > 0) {
            setsockopt(fd_, SOL_SOCKET, SO_RCVBUF, &receive_buffer_bytes, sizeof(int));
        }
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(port);
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        connected_ = connect(fd_, reinterpret_cast<sockaddr*>(&address), sizeof(address)) == 0;
    }
    ~HttpClient() { close(fd_); }
    HttpClient(const HttpClient&) = delete;
    HttpClient& operator=(const HttpClient&) = delete;

    [[nodiscard]] bool connected() const { return connected_; }

    /// False if the peer has closed.
    bool send(std::string_view data) {
        return ::send(fd_, data.data(), data.size(), MSG_NOSIGNAL) ==
               static_cast<ssize_t>(data.size());
    }

    /// Everything until the peer closes.
    std::string read_to_end() {
        while (read_some()) {
        }
        return std::exchange(buffer_, {});
    }

    /// One answer with its Content-Length; the connection stays open. head: it has no body.
    std::string read_answer(bool head = false) {
        while (buffer_.find("\r\n\r\n") == std::string::npos && read_some()) {
        }
        const std::size_t header_end = buffer_.find("\r\n\r\n");
        if (header_end == std::string::npos) return std::exchange(buffer_, {});
        const std::size_t length = buffer_.find("Content-Length: ");
        const std::size_t body =
            head ? 0 : std::strtoul(buffer_.c_str() + length + 16, nullptr, 10);
        const std::size_t total = header_end + 4 + body;
        while (buffer_.size() < total && read_some()) {
        }
        std::string answer = buffer_.substr(0, total);
        buffer_.erase(0, total);
        return answer;
    }

    /// What the peer sent by now, and whether it is still there: waits for one read.
    bool read_some() {
        std::array<char, 4096> chunk{};
        const ssize_t bytes = recv(fd_, chunk.data(), chunk.size(), 0);
        if (bytes > 0) buffer_.append(chunk.data(), static_cast<std::size_t>(bytes));
        return bytes > 0;
    }

    static std::string body_of(const std::string& answer) {
        const std::size_t end = answer.find("\r\n\r\n");
        return end == std::string::npos ? "" : answer.substr(end + 4);
    }

  private:
    int fd_;
    bool connected_ = false;
    std::string buffer_;
};

}  // namespace wiregap::test
