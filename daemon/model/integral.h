// SPDX-License-Identifier: Apache-2.0
// What no hook counts and the ticks add up: gauges over time.
#pragma once

#include <cstdint>
#include <map>

#include "daemon/model/sample.h"

namespace wiregap::model {

/// Integrates gauges by the trapezoid rule from walk to walk, per service. An integral follows its
/// gauge as closely as the ticks do; byte-seconds of notsent are exact instead where the kernel
/// programs count them.
class Integrals {
  public:
    /// Completes the counters of one service in place. Call once per service and tick.
    void complete(ServiceSample& service, std::uint64_t taken_ns, bool gauges_fresh);

    /// Forgets services that the last round did not name. Call at the end of a tick.
    void end_of_tick();

  private:
    struct Account {
        std::uint64_t since_ns = 0;
        std::uint64_t walked_ns = 0;
        ServiceGauges last;
        double unacked_byte_seconds = 0;
        double own_zero_window_seconds = 0;
        bool seen = false;
    };
    static void add(Account& account, const ServiceGauges& now, std::uint64_t taken_ns);

    std::map<std::uint32_t, Account> accounts_;
};

}  // namespace wiregap::model
