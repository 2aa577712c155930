// SPDX-License-Identifier: Apache-2.0
// Derives what no hook counts: transmitted and acknowledged bytes, from what was written, what is
// still queued and what died. No hot path pays for them.
#pragma once

#include <cstdint>
#include <map>

#include "daemon/model/sample.h"

namespace wiregap::model {

/// Keeps, per service, what a difference needs between two ticks.
///
///     transmitted = written - notsent - died unsent
///     acked       = written - notsent - unacked - undelivered
///
/// Bytes that were queued before the source began to count are taken as written at the first tick,
/// so that the identities hold from there on. Later a queue that exceeds what was counted is a
/// write() that has not returned yet, which counts when it does. Both are counters: a walk that is
/// not atomic may see more in the queue than was counted as written, and then they stand still
/// instead of falling.
class DerivedBytes {
  public:
    /// Completes the counters of one service in place. Call once per service and tick.
    /// gauges_fresh: its gauges are of this tick; otherwise the derived counters stand still.
    void complete(ServiceSample& service, bool gauges_fresh);

    /// Forgets services that the last round of complete() did not name. Call at the end of a tick.
    void end_of_tick();

  private:
    struct Account {
        std::uint64_t since_ns = 0;
        std::uint64_t before_us_bytes = 0;  // queued when the source began to count
        std::uint64_t transmitted_bytes = 0;
        std::uint64_t acked_bytes = 0;
        bool seen = false;
    };
    std::map<std::uint32_t, Account> accounts_;
    bool first_tick_ = true;
};

}  // namespace wiregap::model
