// SPDX-License-Identifier: Apache-2.0
// The next hops of this network namespace that do not answer (rtnetlink(7)). Segments for such a
// one wait in its queue, or are dropped there, and TCP does not learn of it.
#pragma once

#include <array>
#include <cstdint>
#include <set>
#include <string>
#include <utility>

#include "daemon/model/connection.h"

namespace wiregap::kernel {

/// The neighbour table as it is when this is made. If it cannot be read, every hop counts as
/// answering.
class Neighbours {
  public:
    Neighbours();

    /// The address of the next hop towards `peer`, if that does not answer; else empty.
    [[nodiscard]] std::string silent_next_hop(const model::Endpoint& peer) const;

  private:
    using Address = std::array<std::uint8_t, 16>;
    void read();

    std::set<std::pair<int, Address>> silent_;  ///< by interface
};

}  // namespace wiregap::kernel
