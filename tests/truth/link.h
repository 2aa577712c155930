// SPDX-License-Identifier: Apache-2.0
// Listeners and connected pairs on loopback, and the reading and writing that scenarios do.
#pragma once

#include <cstddef>
#include <cstdint>
#include <exception>
#include <string>
#include <string_view>
#include <thread>

#include "tests/support/fd.h"

namespace wiregap::truth {

enum class Family : std::uint8_t { v4, v6, v4_mapped };  ///< v4_mapped: IPv6 listener, IPv4 client

/// Both ends of one connection. The accepted end's bytes belong to the service (port, "server"),
/// the connecting end's to (port, "client").
struct Link {
    Fd connecting;
    Fd accepted;
};

/// A listener on a port that no earlier scenario of this run used, so that the counters of its
/// service begin at zero.
class Listener {
  public:
    explicit Listener(Family family = Family::v4);
    /// On this very port: for the same number in another network namespace.
    Listener(Family family, std::uint16_t port);

    [[nodiscard]] std::uint16_t port() const noexcept { return port_; }
    /// Connects and accepts. receive_buffer_bytes: SO_RCVBUF of the connecting end; 0 = default.
    [[nodiscard]] Link connect(int receive_buffer_bytes = 0) const;
    /// Only the connecting end; for a process that does not accept.
    [[nodiscard]] Fd connect_only(int receive_buffer_bytes = 0) const;
    [[nodiscard]] Fd accept() const;

  private:
    Family family_;
    std::uint16_t port_ = 0;
    Fd socket_;
};

/// The connecting end of a connection to whoever listens on this port of loopback.
/// receive_buffer_bytes: its SO_RCVBUF; 0 = default.
Fd connect_to(Family family, std::uint16_t port, int receive_buffer_bytes = 0);

/// A port of the range that Listener hands out, not used before in this run.
std::uint16_t fresh_port();

void set_option(int fd, int level, int name, int value);
void set_tcp_option(int fd, int name, int value);  ///< TCP_NODELAY, TCP_CORK ..
void set_nonblocking(int fd);
/// close() will send a reset instead of a FIN.
void reset_on_close(int fd);

/// Writes all of it in one call; throws if the kernel took less.
void write_all(int fd, std::size_t bytes);
/// Writes all of it in short calls. wiregap meets the bytes of a call that does not sleep when it
/// returns, and copying megabytes takes an emulated CPU a tenth of a second.
void write_in_parts(int fd, std::size_t bytes);
/// Reads exactly so many bytes; throws at the end of the stream.
void read_exactly(int fd, std::size_t bytes);
/// Reads until the end of the stream; how many bytes came.
std::uint64_t read_to_end(int fd);
/// Waits until everything written on fd is acknowledged (SIOCOUTQ 0); throws after 20 s.
void wait_all_acked(int fd);

/// What happened to the write() calls of fill().
struct Filled {
    std::uint64_t accepted_bytes = 0;
    std::uint64_t accepted_calls = 0;  ///< calls that took something, partial ones included
    std::uint64_t partial = 0;
    std::uint64_t would_block = 0;
    /// Calls that were taken whole when the queue had been full before: where partial writes are
    /// inferred from a full queue and SOCK_NOSPACE, which is an old one then, each may look like
    /// one.
    std::uint64_t whole_after_full = 0;
    Filled& operator+=(const Filled& other) noexcept;
};

/// Non-blocking writes of `chunk_bytes` until EAGAIN, again after acknowledgements made room, until
/// the peer's window is shut and nothing moves any more. was_full: it was filled before, and the
/// mark of that (SOCK_NOSPACE) may still be there.
Filled fill(int fd, std::size_t chunk_bytes = 60'000, bool was_full = false);

/// Reads the descriptor in a thread of its own until `bytes` came; joins at the end of its life.
class Reader {
  public:
    Reader(int fd, std::size_t bytes, std::uint64_t first_wait_ns = 0);
    Reader(const Reader&) = delete;
    Reader& operator=(const Reader&) = delete;
    ~Reader();
    /// Waits for the last byte; throws what the thread threw.
    void finish();

  private:
    std::exception_ptr error_;
    std::thread thread_;
};

}  // namespace wiregap::truth
