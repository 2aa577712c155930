// SPDX-License-Identifier: Apache-2.0
// Loopback TCP connections with both ends in this process.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "daemon/util/fd.h"

namespace wiregap::bench {

/// Listens on 127.0.0.1 at a port that the kernel chooses.
class Listener {
  public:
    Listener();
    [[nodiscard]] int fd() const { return fd_.get(); }
    [[nodiscard]] std::uint16_t port() const { return port_; }

  private:
    util::Fd fd_;
    std::uint16_t port_ = 0;
};

struct Pair {
    util::Fd client;
    util::Fd server;
};

/// Connects and accepts, blocking sockets. On loopback the handshake ends within connect().
Pair connect_pair(const Listener& listener);
std::vector<Pair> connect_pairs(const Listener& listener, std::size_t count);

void set_option(int fd, int level, int option, int value);
void set_nodelay(const Pair& pair);
void set_nonblocking(int fd);

/// Writes exactly `size_bytes` (any content) and reads them on the other end.
void send_across(int from, int to, std::size_t size_bytes);

/// Reads what there is, without waiting.
void drain(int fd);

/// Lets this process open as many descriptors as its hard limit allows.
void raise_descriptor_limit();

/// A port that was free a moment ago.
std::uint16_t free_port();

}  // namespace wiregap::bench
