// SPDX-License-Identifier: Apache-2.0
// How often a walk may run: its cost is measured, and it waits until that cost is a small share of
// one CPU. On a small host every tick has its walk; on a large one walks are rarer, never longer.
#pragma once

#include <algorithm>
#include <cstdint>

namespace wiregap::kernel {

class WalkBudget {
  public:
    /// ratio: share of one CPU, above 0. at_most_ns: the walk is due after this long whatever it
    /// costs.
    void configure(double ratio, std::uint64_t at_most_ns) noexcept {
        ratio_ = ratio;
        at_most_ns_ = at_most_ns;
    }
    [[nodiscard]] bool due(std::uint64_t now_ns) const noexcept { return now_ns >= next_ns_; }
    void make_due() noexcept { next_ns_ = 0; }
    /// A walk that began at now_ns took cost_ns of CPU time.
    void spent(std::uint64_t now_ns, std::uint64_t cost_ns) noexcept {
        const double wait_ns = static_cast<double>(cost_ns) / ratio_;
        next_ns_ = now_ns +
                   static_cast<std::uint64_t>(std::min(wait_ns, static_cast<double>(at_most_ns_)));
    }

  private:
    double ratio_ = 0.005;
    std::uint64_t at_most_ns_ = 60'000'000'000;
    std::uint64_t next_ns_ = 0;
};

}  // namespace wiregap::kernel
