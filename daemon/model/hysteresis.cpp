// SPDX-License-Identifier: Apache-2.0
#include "daemon/model/hysteresis.h"

namespace wiregap::model {

Hysteresis after(const Hysteresis& before, Verdict ruling, std::uint32_t calm_ticks) noexcept {
    const Hysteresis as_ruled{.shown = ruling};
    if (!is_worse(before.shown, ruling) || !is_problem(before.shown)) return as_ruled;
    Hysteresis after = before;
    const bool first = before.calm == 0;
    after.worst_of_calm =
        first || is_worse(ruling, before.worst_of_calm) ? ruling : before.worst_of_calm;
    if (++after.calm < calm_ticks) return after;
    return {.shown = after.worst_of_calm};
}

}  // namespace wiregap::model
