// SPDX-License-Identifier: Apache-2.0
// Follows a reply through the kernel: the write() that takes its last byte asks for time stamps
// (SO_TIMESTAMPING), and the kernel puts them on the socket's error queue when that byte is handed
// to the device (SCHED) and when it is acknowledged (ACK).
// Documentation/networking/timestamping.rst
#pragma once

#include <sys/socket.h>
#include <sys/uio.h>

#include <array>
#include <cstdint>
#include <span>

#include "daemon/model/resp_server.h"

namespace wiregap::resp {

struct Stages {
    std::array<model::Histogram, model::reply_stages> delays;
    std::uint64_t lost = 0;
};

/// Prepares a fresh TCP socket. False: the kernel has no such stamps, replies can't be followed.
bool allow_stamps(int fd) noexcept;

/// sendmsg() that asks for both stamps of its last byte.
ssize_t send_stamped(int fd, std::span<iovec> parts) noexcept;

/// One reply under way in the kernel.
class Flight {
  public:
    [[nodiscard]] bool busy() const noexcept { return busy_; }
    /// A stamped write accepted the reply's last byte, the one before `end` in the stream.
    void begin(std::uint64_t end, std::uint64_t written_ns) noexcept;
    /// Takes the stamps from the error queue. Returns how many messages there were: none means that
    /// a socket's EPOLLERR is about an error.
    int collect(int fd, Stages& stages) noexcept;

  private:
    void stamp(std::uint32_t kind, std::uint32_t key, std::uint64_t ns, Stages& stages) noexcept;

    bool busy_ = false;
    std::uint32_t key_ = 0;  ///< the kernel counts bytes, 32 bits wide, from 0
    std::uint64_t written_ns_ = 0;
    std::uint64_t transmitted_ns_ = 0;  ///< 0: not yet
};

}  // namespace wiregap::resp
