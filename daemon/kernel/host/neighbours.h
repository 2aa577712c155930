// SPDX-License-Identifier: Apache-2.0
// The next hops of this network namespace that do not answer (rtnetlink(7)). Segments for such a
// one wait in its queue, or are dropped there, and TCP does not learn of it.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "daemon/model/connection.h"
#include "daemon/util/fd.h"

namespace wiregap::kernel {

/// The neighbour table as it is when this is made. If it cannot be read, every hop counts as
/// answering.
class Neighbours {
  public:
    Neighbours();

    /// The address of the next hop from `local` towards `peer`, if that does not answer; else
    /// empty. Each route is asked for once, and so many at most; then the answer is empty.
    [[nodiscard]] std::string silent_next_hop(const model::Endpoint& local,
                                              const model::Endpoint& peer);

  private:
    using Address = std::array<std::uint8_t, 16>;
    using Hop = std::pair<int, Address>;  ///< interface and address
    void read();
    [[nodiscard]] std::optional<Hop> next_hop(const model::Endpoint& local,
                                              const model::Endpoint& peer);
    template <class Each>
    bool receive(Each each);

    util::Fd fd_;
    std::vector<char> buffer_;
    std::set<Hop> silent_;
    std::map<std::pair<Address, Address>, std::string> asked_;  ///< by both ends
};

}  // namespace wiregap::kernel
