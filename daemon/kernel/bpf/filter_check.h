// SPDX-License-Identifier: Apache-2.0
// The filter of the transmit hook says which sockets may have late writes. What is raised and never
// lowered costs every connection that shares its slot; so each walk counts anew.
#pragma once

#include <array>
#include <cstdint>

#include "bpf/shared.h"

namespace wiregap::kernel {

class FilterCheck {
  public:
    static constexpr unsigned looks_until_mended = 4;
    using Slots = std::uint32_t[WG_FILTER_SLOTS];

    /// filter, moves: as they stand, shared with the programs; moves rises with each raising and
    /// lowering. counted: as the walk that has just ended found it. A slot is set right that was
    /// wrong by as much after several walks and has not moved since: a walk may pass over a socket.
    void look(Slots& filter, const Slots& moves, const Slots& counted) noexcept;
    /// How often it had to; 0 unless something is wrong.
    [[nodiscard]] std::uint64_t mended() const noexcept { return mended_; }

  private:
    struct Seen {
        std::uint32_t moves = 0;
        std::int32_t wrong = 0;
        unsigned looks = 0;
    };
    std::array<Seen, WG_FILTER_SLOTS> seen_{};
    std::uint64_t mended_ = 0;
};

}  // namespace wiregap::kernel
