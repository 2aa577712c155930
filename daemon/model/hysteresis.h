// SPDX-License-Identifier: Apache-2.0
// Hysteresis: a verdict must not flap from tick to tick.
#pragma once

#include <cstdint>

#include "daemon/model/verdict.h"

namespace wiregap::model {

struct Hysteresis {
    Verdict shown = Verdict::idle;
    Verdict worst_of_calm = Verdict::idle;  ///< worst ruling since rulings became better
    std::uint32_t calm = 0;                 ///< ticks in a row that were better than what is shown
};

/// A worse ruling is shown at once. A better one takes its place only when `calm_ticks` in a row
/// were better, and then it is the worst of those. Between `flowing` and `idle` nothing waits.
Hysteresis after(const Hysteresis& before, Verdict ruling, std::uint32_t calm_ticks) noexcept;

}  // namespace wiregap::model
