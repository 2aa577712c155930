// SPDX-License-Identifier: Apache-2.0
#include "daemon/resp/commands/follow_sample.h"

#include <algorithm>

namespace wiregap::resp {

void FollowSample::took() noexcept {
    constexpr std::uint32_t golden_ratio = 0x9E3779B9;  // of 2^32
    since_ = 0;
    place_ += golden_ratio;
    const std::uint64_t steps = 2 * std::uint64_t{mean_} - 1;
    step_ = 1 + static_cast<std::uint32_t>(place_ * steps >> 32U);
}

void FollowSample::period() noexcept {
    if (one_in_ > 1) {
        mean_ = std::max(one_in_, seen_ / most_per_period);
        step_ = std::min(step_, 2 * mean_ - 1);  // a busy period's step is not the quiet one's
    }
    seen_ = 0;
}

}  // namespace wiregap::resp
