// SPDX-License-Identifier: Apache-2.0
// One client of the demo.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>

#include "daemon/cli/demo/demo.h"
#include "daemon/cli/demo/socket.h"

namespace wiregap::cli {

class DemoClient {
  public:
    using Clock = std::chrono::steady_clock;

    /// Connects, and says the password if there is one. receive_buffer_bytes: SO_RCVBUF; 0:
    /// default. Throws Failure.
    explicit DemoClient(const DemoTarget& target, int receive_buffer_bytes = 0);

    [[nodiscard]] int fd() const { return socket_.get(); }
    [[nodiscard]] std::string own_address() const { return address_of(socket_); }
    /// Sends the command and waits for its one line; throws Failure if that is an error.
    void ask(const std::string& command);
    /// Asks for the value so many times; reads nothing.
    void request(int times);

    /// For a client that reads: asks again when it has read all and its time has come.
    void request_when_due(Clock::time_point now);
    /// Takes what has come, without waiting.
    void read_some();

  private:
    Socket socket_;
    std::size_t missing_bytes_ = 0;  ///< of the answer under way
    Clock::time_point next_ = Clock::now();
};

}  // namespace wiregap::cli
