// SPDX-License-Identifier: Apache-2.0
// The last ten minutes of held bytes, by whose problem they are: for a page that is opened in the
// midst of a stall. Bounded, whatever the length of a tick.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "daemon/model/verdict.h"

namespace wiregap::model {

struct Snapshot;

/// What was held at one tick.
struct HeldByLocus {
    std::array<std::uint64_t, loci> bytes{};
    std::uint64_t unlisted_bytes = 0;  ///< of connections beyond a list that was cut off
    bool operator==(const HeldByLocus&) const = default;
};

/// Oldest first; absent: there was no tick in that step.
using HeldSteps = std::vector<std::optional<HeldByLocus>>;

class HeldHistory {
  public:
    static constexpr std::uint64_t step_seconds = 2;
    static constexpr std::size_t steps = 300;

    /// Call once per tick, with a picture that is complete but for this. Of several ticks in a step
    /// the one that held most is kept, so that a short stall is not lost. Where a tick is longer
    /// than a step, what it saw stands until the next one, as gauges do.
    void add(const Snapshot& snapshot);
    [[nodiscard]] const HeldSteps& steps_so_far() const { return held_; }
    [[nodiscard]] const HeldByLocus& now() const { return now_; }

  private:
    HeldSteps held_;
    HeldByLocus now_;
    std::uint64_t step_ = 0;  ///< of the last one, in steps of the monotonic clock
    std::uint64_t taken_ns_ = 0;
};

}  // namespace wiregap::model
