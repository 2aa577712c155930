// SPDX-License-Identifier: Apache-2.0
// Here the daemon owns both ends of the truth: what BPF says of a few of the embedded server's
// sockets is compared with what the sockets themselves say (SIOCOUTQ, SIOCOUTQNSD, TCP_INFO,
// SO_MEMINFO), where nothing moved between a reading before BPF's and one after it.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "daemon/model/sample.h"
#include "daemon/model/snapshot.h"
#include "daemon/resp/server/server.h"

namespace wiregap::app {

class SelfCheck {
  public:
    /// netns_inode: of the server, which is ours.
    SelfCheck(const resp::Server& server, std::uint64_t netns_inode)
        : server_(server), netns_inode_(netns_inode) {}
    /// Before the source reads the kernel: chooses sockets, in turn, those that are full first.
    void before();
    /// After it.
    void after(const model::Sample& sample);
    [[nodiscard]] const model::SelfCheck& counts() const { return counts_; }

  private:
    struct Reading {
        int fd = -1;
        std::uint64_t cookie = 0;
        std::array<std::uint64_t, model::self_check_fields.size()> value{};
        /// Whatever moves when the socket does.
        std::array<std::uint64_t, 4> motion{};
        bool valid = false;
    };
    static Reading read(int fd, std::uint64_t cookie);
    void compare(const Reading& truth, const model::Sample& sample);

    [[nodiscard]] bool is_ours(const model::Connection& connection) const;

    const resp::Server& server_;
    std::uint64_t netns_inode_;
    std::uint64_t last_id_ = 0;
    std::vector<Reading> readings_;
    model::SelfCheck counts_;
};

}  // namespace wiregap::app
