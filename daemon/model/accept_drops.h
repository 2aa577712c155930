// SPDX-License-Identifier: Apache-2.0
// What listeners dropped, and why. A listener counts its drops (sk_drops) and not their causes; its
// network namespace counts the causes and not the listeners (TcpExt of /proc/net/netstat). Where
// only one listener of a namespace drops, both together say it exactly. Where several do in one
// tick, those whose queue is seen full are given the overflows first.
#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "daemon/model/sample.h"

namespace wiregap::model {

class AcceptDrops {
  public:
    /// Completes the counters of all services in place. Call once per tick.
    void complete(Sample& sample);

  private:
    struct Account {
        std::uint64_t since_ns = 0;
        std::uint64_t drops = 0;  ///< of the walk before
        std::uint64_t overflows = 0;
        std::array<std::uint64_t, listener_drops> others{};
        bool seen = false;
    };
    struct Grown {
        Account* account = nullptr;
        std::uint64_t drops = 0;
        bool was_full = false;
    };
    /// Of a namespace, since the walk before; what nobody took then is there once more, as the two
    /// are not read at one instant.
    struct Pool {
        ListenCounts last;
        ListenCounts fresh;
        ListenCounts left;
    };
    [[nodiscard]] std::uint64_t growth_of(Account& account, std::uint64_t drops, bool begins) const;
    void fill_pools(const Sample& sample);
    void share(std::vector<Grown>& grown, std::uint64_t netns);

    std::map<std::uint32_t, Account> accounts_;
    std::map<std::uint64_t, Pool> pools_;
    bool first_walk_ = true;
};

}  // namespace wiregap::model
