// SPDX-License-Identifier: Apache-2.0
// Real servers as the writers of a scenario: wiregapd's own, Debian's redis-server, Debian's nginx.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "tests/support/fd.h"

namespace wiregap::truth {

/// What to ask of a server, however it is called there.
struct Requests {
    std::string big;  ///< its answer has big_answer_bytes and a little more
    std::string small;
    std::string small_end;  ///< with which its answer ends
};
constexpr std::size_t big_answer_bytes = 1'000'000;

Requests resp_requests();
Requests http_requests();

/// Sets the key that resp_requests() asks for, on a server that speaks RESP.
void set_big_key(std::uint16_t port);

/// A program that serves on a port of loopback, for as long as this lives.
class Server {
  public:
    /// redis-server, from PATH.
    static Server redis();
    /// nginx, from PATH, without TCP_NODELAY for the path of `small`.
    static Server nginx();

    Server(Server&& other) noexcept;
    Server& operator=(Server&&) = delete;
    ~Server();
    [[nodiscard]] std::uint16_t port() const noexcept { return port_; }

  private:
    Server(std::uint16_t port, std::vector<std::string> command);
    std::uint16_t port_;
    pid_t pid_ = -1;
};

/// A client of it. Reading and writing are apart, for scenarios decide when it reads.
class Client {
  public:
    Client(std::uint16_t port, Requests requests, int receive_buffer_bytes = 0);
    [[nodiscard]] int fd() const { return fd_.get(); }
    void ask_big(unsigned times);
    /// Exactly so many bytes, whatever they are; throws if nothing comes for 30 s.
    void read(std::size_t bytes);
    /// Asks for what is small and reads the answer, with ACKs that the kernel delays.
    void small_exchange();

  private:
    Requests requests_;
    Fd fd_;
};

}  // namespace wiregap::truth
