// SPDX-License-Identifier: Apache-2.0
#include "daemon/kernel/filter_check.h"

namespace wiregap::kernel {

void FilterCheck::look(Slots& filter, const Slots& moves, const Slots& counted) noexcept {
    for (std::size_t i = 0; i < before_.size(); ++i) {
        const std::uint32_t now = __atomic_load_n(&filter[i], __ATOMIC_RELAXED);
        const std::uint32_t moved = __atomic_load_n(&moves[i], __ATOMIC_RELAXED);
        const std::uint32_t excess = now > counted[i] ? now - counted[i] : 0;
        Seen& before = before_.at(i);
        const bool stuck = excess > 0 && excess == before.excess && moved == before.moves;
        before = {.moves = moved, .excess = excess};
        if (!stuck) continue;
        __atomic_fetch_sub(&filter[i], excess, __ATOMIC_RELAXED);
        mended_ += excess;
        before = {};
    }
}

}  // namespace wiregap::kernel
