// SPDX-License-Identifier: Apache-2.0
// Which network namespace a server is in that we are connected to: the same addresses and ports are
// in every pod, so a port alone says nothing. Nothing is asked of it; a connection of ours to it is
// in the kernel's picture as any other.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "daemon/model/sample.h"

namespace wiregap::backlog {

class Place {
  public:
    explicit Place(std::uint64_t own_netns_inode) : own_(own_netns_inode) {}

    /// A new connection. By unix socket: it is where the process is that listens on it.
    void connected(int fd);
    /// A line of the server's own list: it may be ours.
    void take_client(const std::string& peer, const std::string& local);
    /// The list is complete. If we are not in it, our addresses are translated on the way.
    void end_of_list();

    /// Where its server on `port` is; nothing where that is not sure.
    [[nodiscard]] std::optional<std::uint64_t> find(const model::Sample& sample,
                                                    std::uint16_t port) const;

  private:
    [[nodiscard]] bool has_end_of_ours(const model::Connection& connection) const;

    const std::uint64_t own_;
    std::uint32_t listener_pid_ = 0;  ///< by unix socket
    std::optional<std::uint64_t> of_process_;
    std::string ours_;    ///< our end as we see it; empty: by unix socket
    std::string theirs_;  ///< the server's end
    bool by_loopback_ = false;
    bool met_ = false;
    bool translated_ = false;
};

}  // namespace wiregap::backlog
