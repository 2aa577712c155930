// SPDX-License-Identifier: Apache-2.0
// What all TCP sockets of this host share.
#pragma once

#include <cstdint>

namespace wiregap::model {

/// Kernel memory of all TCP sockets (net.ipv4.tcp_mem), and sockets without a process
/// (net.ipv4.tcp_max_orphans). Above memory_pressure_bytes send buffers are cut and windows shrink;
/// above memory_limit_bytes, or an orphans_limit, the kernel resets orphans; those that do not
/// answer count twice or four times (net/ipv4/tcp.c, tcp_check_oom; tcp_timer.c,
/// tcp_out_of_resources). 0: not known.
struct HostTcp {
    std::uint64_t memory_bytes = 0;
    std::uint64_t memory_pressure_bytes = 0;
    std::uint64_t memory_calm_bytes = 0;  ///< below it the pressure ends
    std::uint64_t memory_limit_bytes = 0;
    std::uint64_t orphans = 0;
    std::uint64_t orphans_limit = 0;
};

/// was_short: at the look before. Pressure begins above one value and ends below another
/// (include/net/sock.h, sk_leave_memory_pressure).
constexpr bool is_short_of_memory(const HostTcp& host, bool was_short) noexcept {
    const std::uint64_t limit = was_short ? host.memory_calm_bytes : host.memory_pressure_bytes;
    return limit > 0 && host.memory_bytes >= limit;
}

}  // namespace wiregap::model
