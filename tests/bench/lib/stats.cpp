// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/lib/stats.h"

#include <algorithm>
#include <cstddef>

namespace wiregap::bench {

namespace {

double at_share(const std::vector<double>& sorted, double share) {
    const double place = share * static_cast<double>(sorted.size() - 1);
    const auto below = static_cast<std::size_t>(place);
    const auto above = std::min(below + 1, sorted.size() - 1);
    const double rest = place - static_cast<double>(below);
    return sorted[below] * (1 - rest) + sorted[above] * rest;
}

}  // namespace

Quartiles quartiles(std::vector<double> values) {
    if (values.empty()) return {};
    std::sort(values.begin(), values.end());
    return {at_share(values, 0.25), at_share(values, 0.5), at_share(values, 0.75)};
}

}  // namespace wiregap::bench
