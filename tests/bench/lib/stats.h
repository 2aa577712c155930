// SPDX-License-Identifier: Apache-2.0
// Order statistics: a shared machine has outliers, so no figure here is a mean.
#pragma once

#include <utility>
#include <vector>

namespace wiregap::bench {

struct Quartiles {
    double q1 = 0;
    double median = 0;
    double q3 = 0;
};

/// Interpolates between neighbours. All zero when there are no values.
Quartiles quartiles(std::vector<double> values);

inline double median(std::vector<double> values) { return quartiles(std::move(values)).median; }

}  // namespace wiregap::bench
