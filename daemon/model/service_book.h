// SPDX-License-Identifier: Apache-2.0
// From what the kernel counts apart to what people page about: a service is an owner on a port, and
// the owner restarted is the same owner.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <tuple>
#include <vector>

#include "daemon/model/service.h"

namespace wiregap::model {

/// One of the source's numbers, complete, under the name that people know it by.
struct CountedService {
    std::uint32_t id = 0;
    std::uint64_t since_ns = 0;  ///< tells a number that is used again from its former holder
    Service service;
};

/// Adds up what bears one name, port and role, and keeps what numbers had counted that are no more:
/// for as long as another one bears their name. After that it is in "other" where there is one, so
/// that sums over services stay what they are.
class ServiceBook {
  public:
    /// Call once per tick, with all. Sorted by name, port and role.
    std::vector<Service> fold(std::vector<CountedService>&& counted);

  private:
    using Key = std::tuple<std::string, std::uint16_t, Role>;
    struct Past {
        ServiceCounters counters;
        VerdictCounts verdicts;
    };
    struct Last {
        Key key;
        Past counts;
        bool seen = false;
    };
    void keep_ended();
    void give_to_other(const std::map<Key, Service>& services);

    std::map<std::pair<std::uint32_t, std::uint64_t>, Last> last_;  // by id and since_ns
    std::map<Key, Past> past_;
};

/// Sums. Whatever is a maximum or a name stays the first one's.
void add(ServiceCounters& sum, const ServiceCounters& one);
void add(ServiceGauges& sum, const ServiceGauges& one);
void add(VerdictCounts& sum, const VerdictCounts& one);

}  // namespace wiregap::model
