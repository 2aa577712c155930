// SPDX-License-Identifier: Apache-2.0
// What each service delivers per second, from one walk to the next.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "daemon/model/service_book.h"

namespace wiregap::model {

class AckRates {
  public:
    /// Sets acked_bytes_per_second: absent at the first walk that sees the service. Where the
    /// connections were not walked (fresh), acked bytes stand still and the last rate stays. Before
    /// services are folded: what one inherits from another did not move now.
    void complete(std::vector<CountedService>& services, std::uint64_t taken_ns, bool fresh);

  private:
    struct Before {
        std::uint64_t taken_ns = 0;
        std::uint64_t acked_bytes = 0;
        std::optional<double> rate;
        bool seen = false;
    };
    std::map<std::pair<std::uint32_t, std::uint64_t>, Before> before_;  // by id and since_ns
};

}  // namespace wiregap::model
