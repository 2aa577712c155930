// SPDX-License-Identifier: Apache-2.0
#include "daemon/kernel/bpf/filter_check.h"

#include <algorithm>
#include <cstdlib>

namespace wiregap::kernel {
namespace {

/// Too high, or lowered too often. Not too low: a walk may meet a socket twice.
std::int32_t wrong_by(std::uint32_t raised, std::uint32_t counted) noexcept {
    const auto now = static_cast<std::int32_t>(raised);
    return now < 0 ? now : std::max(0, now - static_cast<std::int32_t>(counted));
}

}  // namespace

void FilterCheck::look(Slots& filter, const Slots& moves, const Slots& counted) noexcept {
    for (std::size_t i = 0; i < seen_.size(); ++i) {
        const std::uint32_t now = __atomic_load_n(&filter[i], __ATOMIC_RELAXED);
        const std::uint32_t moved = __atomic_load_n(&moves[i], __ATOMIC_RELAXED);
        const std::int32_t wrong = wrong_by(now, counted[i]);
        Seen& seen = seen_.at(i);
        const bool stays = wrong != 0 && wrong == seen.wrong && moved == seen.moves;
        seen = {.moves = moved, .wrong = wrong, .looks = stays ? seen.looks + 1 : 1};
        if (wrong == 0 || seen.looks < looks_until_mended) continue;
        __atomic_fetch_sub(&filter[i], static_cast<std::uint32_t>(wrong), __ATOMIC_RELAXED);
        mended_ += static_cast<std::uint64_t>(std::abs(wrong));
        seen = {};
    }
}

}  // namespace wiregap::kernel
