// SPDX-License-Identifier: Apache-2.0
// Connections of other network namespaces: what the walk over files found, brought up to date by
// what the iterator over late sockets sees at each tick.
#pragma once

#include <cstdint>
#include <set>
#include <unordered_map>
#include <vector>

#include "bpf/shared.h"

namespace wiregap::kernel {

class OtherNetnsConnections {
  public:
    /// Which network namespace is ours (wg_connection::netns).
    void set_own(std::uint64_t netns) { own_ = netns; }

    /// A walk over files replaces everything that was known.
    void replace(const std::vector<wg_owned>& owned);
    /// A late socket as it is now; sockets that were late at the last round and are not any more
    /// have died. Call begin_round() first, end_round() last.
    void begin_round();
    void update(const wg_connection& record);
    void end_round();

    [[nodiscard]] bool is_elsewhere(const wg_connection& record) const noexcept {
        return record.netns != own_;
    }
    [[nodiscard]] const std::unordered_map<std::uint64_t, wg_connection>& all() const noexcept {
        return connections_;
    }

  private:
    std::uint64_t own_ = 0;
    std::unordered_map<std::uint64_t, wg_connection> connections_;  // by socket address
    std::set<std::uint64_t> late_;
    std::set<std::uint64_t> late_before_;
};

}  // namespace wiregap::kernel
