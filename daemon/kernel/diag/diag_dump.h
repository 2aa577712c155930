// SPDX-License-Identifier: Apache-2.0
// All TCP sockets of this network namespace through sock_diag(7): no BPF, no capability.
#pragma once

#include <cstdint>
#include <vector>

#include "daemon/model/connection.h"

namespace wiregap::kernel {

struct DiagSocket {
    model::Connection connection;  ///< service, role and owner are not filled
    std::uint32_t inode = 0;
    std::uint64_t sent_bytes = 0;          ///< with retransmissions (tcpi_bytes_sent)
    std::uint32_t sent_segs = 0;           ///< the SYN among them (tcpi_segs_out)
    std::uint32_t accept_queue_limit = 0;  ///< of a listener; its length is receive_queue_bytes
    std::uint32_t drops = 0;               ///< sk_drops
};

/// Established and closing ones, and listeners. Throws std::runtime_error if netlink refuses.
std::vector<DiagSocket> dump_tcp_sockets();

}  // namespace wiregap::kernel
