// SPDX-License-Identifier: Apache-2.0
// What the kernel itself says about one socket, through its owner's descriptor.
#pragma once

#include <cstdint>
#include <string>

namespace wiregap::truth {

/// Everything that must stand still for a moment to be called quiescent.
struct SocketTruth {
    std::uint32_t send_queue_bytes = 0;         ///< SIOCOUTQ: notsent + unacked, FIN included
    std::uint32_t notsent_bytes = 0;            ///< SIOCOUTQNSD
    std::uint32_t info_notsent_bytes = 0;       ///< tcpi_notsent_bytes
    std::uint32_t state = 0;                    ///< tcpi_state
    std::uint32_t send_buffer_used_bytes = 0;   ///< SK_MEMINFO_WMEM_QUEUED
    std::uint32_t send_buffer_limit_bytes = 0;  ///< SK_MEMINFO_SNDBUF
    std::uint64_t retransmitted_bytes = 0;      ///< tcpi_bytes_retrans

    [[nodiscard]] std::uint32_t unacked_bytes() const noexcept {
        return send_queue_bytes - notsent_bytes;
    }
    bool operator==(const SocketTruth&) const = default;
};

/// Asks the kernel now. The figures come from several calls: compare two answers to know that
/// nothing moved in between. Throws std::system_error.
SocketTruth socket_truth(int fd);
std::uint32_t send_queue_bytes(int fd);  ///< SIOCOUTQ
std::uint32_t notsent_bytes(int fd);     ///< SIOCOUTQNSD
std::uint64_t socket_cookie(int fd);     ///< SO_COOKIE

/// "127.0.0.1:6379" or "[::1]:6379", IPv4-mapped addresses as IPv4: the spelling of the API.
std::string local_endpoint(int fd);
std::string peer_endpoint(int fd);

/// Inode of the network namespace that the calling thread is in.
std::uint64_t netns_inode();

}  // namespace wiregap::truth
