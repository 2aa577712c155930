// SPDX-License-Identifier: Apache-2.0
// What each service delivers per second, from one walk to the next.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "daemon/model/service.h"

namespace wiregap::model {

class AckRates {
  public:
    /// Sets acked_bytes_per_second: absent at the first walk that sees the service. Where the
    /// connections were not walked (fresh), acked bytes stand still and the last rate stays.
    void complete(std::vector<Service>& services, std::uint64_t taken_ns, bool fresh);

  private:
    struct Before {
        std::uint64_t taken_ns = 0;
        std::uint64_t acked_bytes = 0;
        std::optional<double> rate;
        bool seen = false;
    };
    std::map<std::tuple<std::string, std::uint16_t, Role>, Before> before_;
};

}  // namespace wiregap::model
