// SPDX-License-Identifier: Apache-2.0
// What all TCP sockets of this host share.
#pragma once

#include <cstdint>

namespace wiregap::model {

/// Kernel memory of all TCP sockets (net.ipv4.tcp_mem), and sockets without a process
/// (net.ipv4.tcp_max_orphans). Above memory_pressure_bytes send buffers are cut and windows shrink;
/// above an orphans_limit, or memory_limit_bytes, the kernel resets orphans (net/ipv4/tcp.c,
/// tcp_check_oom). 0: not known.
struct HostTcp {
    std::uint64_t memory_bytes = 0;
    std::uint64_t memory_pressure_bytes = 0;
    std::uint64_t memory_limit_bytes = 0;
    std::uint64_t orphans = 0;
    std::uint64_t orphans_limit = 0;
};

constexpr bool is_short_of_memory(const HostTcp& host) noexcept {
    return host.memory_pressure_bytes > 0 && host.memory_bytes >= host.memory_pressure_bytes;
}

}  // namespace wiregap::model
