// SPDX-License-Identifier: Apache-2.0
// The workloads whose CPU time per operation is compared with and without wiregap. Each runs in
// one thread with both ends of its connections: no wake-ups, hence little noise.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "tests/bench/lib/sockets.h"

namespace wiregap::bench {

class Workload {
  public:
    virtual ~Workload() = default;
    /// Does one batch (a few milliseconds) and returns the number of operations in it.
    virtual std::uint64_t run_batch() = 0;
};

/// 64-byte NODELAY writes to and fro over one connection; an operation is one write and its read.
class PingPong : public Workload {
  public:
    explicit PingPong(std::uint64_t writes_per_batch = 4000);
    std::uint64_t run_batch() override;
    [[nodiscard]] std::uint16_t port() const { return listener_.port(); }

  private:
    Listener listener_;
    Pair pair_;
    std::uint64_t writes_;
};

/// As PingPong, but over many connections in turn, so that each socket has left the caches.
class ColdSockets : public Workload {
  public:
    explicit ColdSockets(std::size_t pairs = 3000);
    std::uint64_t run_batch() override;

  private:
    Listener listener_;
    std::vector<Pair> pairs_;
};

/// 64-byte writes with Nagle on and data always in flight: every write stays behind.
class Nagle : public Workload {
  public:
    Nagle();
    std::uint64_t run_batch() override;
    [[nodiscard]] std::uint16_t port() const { return listener_.port(); }

  private:
    Listener listener_;
    Pair pair_;
};

/// Connect, send 64 bytes, receive, close with a reset; an operation is one connection.
class Churn : public Workload {
  public:
    std::uint64_t run_batch() override;

  private:
    Listener listener_;
};

/// Connections with one message that nobody reads. Each holds an skb, so that what is allocated and
/// freed in turn afterwards comes from another place of the kernel's slabs (README.md).
class Unread {
  public:
    void add();

  private:
    Listener listener_;
    std::vector<Pair> pairs_;
};

/// Thread CPU time per operation of a segment of at least `segment_ns` of CPU time: the median
/// over its batches, of which the first is thrown away.
double segment_ns_per_operation(Workload& workload, std::uint64_t segment_ns);

}  // namespace wiregap::bench
