// SPDX-License-Identifier: Apache-2.0
// Which services give their ids up: those that no socket belongs to any more. The ids have an end,
// so the idlest clients go at once when they run short, and servers soon; while there is room all
// stay for a while, so that who comes back goes on.
#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "daemon/model/service.h"

namespace wiregap::kernel {

class Retirement {
  public:
    struct Candidate {
        std::uint32_t id = 0;
        std::uint64_t since_ns = 0;  ///< tells an id that is used again from its former holder
        model::Role role = model::Role::server;
        std::uint64_t sockets = 0;   ///< that belong to it
        std::uint64_t movement = 0;  ///< a sum of what it has counted
    };

    /// server_share: ids up to this one are for servers alone.
    Retirement(std::uint32_t max_services, std::uint32_t server_share)
        : general_(max_services - server_share), server_share_(server_share) {}
    /// Call once a tick, with all services that have an id; returns those that give it up.
    std::vector<std::uint32_t> choose(const std::vector<Candidate>& all, std::uint64_t now_ns);
    [[nodiscard]] bool has_retired() const noexcept { return has_retired_; }
    /// How many had to, as ids ran short.
    [[nodiscard]] std::uint64_t gave_way() const noexcept { return gave_way_; }

  private:
    struct Activity {
        std::uint64_t movement = 0;
        std::uint64_t moved_ns = 0;  // when it last moved, or had a socket
        std::uint64_t since_ns = 0;
    };
    void note(const Candidate& one, std::uint64_t now_ns);

    std::uint32_t general_;  // ids that are anybody's
    std::uint32_t server_share_;
    bool has_retired_ = false;
    std::uint64_t gave_way_ = 0;
    std::map<std::uint32_t, Activity> activity_;
};

}  // namespace wiregap::kernel
