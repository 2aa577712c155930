// SPDX-License-Identifier: Apache-2.0
// What the host knows of TCP beside its sockets: shared memory, orphans, and next hops that do not
// answer. For every back end alike.
#pragma once

#include <istream>
#include <optional>

#include "daemon/model/sample.h"

namespace wiregap::kernel {

/// From /proc/net/sockstat, net.ipv4.tcp_mem (pages) and net.ipv4.tcp_max_orphans. Nothing where
/// sockstat cannot be read.
std::optional<model::HostTcp> read_host_tcp();

/// "TCP: inuse 5 orphan 0 tw 0 alloc 7 mem 1": orphans and memory.
std::optional<model::HostTcp> parse_sockstat(std::istream& sockstat, std::uint64_t page_bytes);

class HostLook {
  public:
    /// Only of this network namespace can routes be asked.
    explicit HostLook(std::uint64_t own_netns_inode) : own_netns_inode_(own_netns_inode) {}

    /// Completes a sample: the host's TCP memory, the connections whose next hop does not answer,
    /// and the control groups of those who leave much unread.
    void complete(model::Sample& sample);

  private:
    static void read_groups(model::Sample& sample);

    const std::uint64_t own_netns_inode_;
    bool is_short_ = false;  // of TCP memory
};

}  // namespace wiregap::kernel
