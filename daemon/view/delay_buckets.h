// SPDX-License-Identifier: Apache-2.0
// A model::Histogram as Prometheus and people want it: cumulative buckets, and quantiles over all
// delays, those of nothing included. What fell into the first of the kernel's buckets (below 32 ns)
// did not wait.
#pragma once

#include <cstdint>
#include <vector>

#include "daemon/model/histogram.h"

namespace wiregap::view {

/// Upper bounds in ns, 2^10 (about 1 us) to 2^36 (about 69 s), each a bound of model::LogLinear, so
/// that no delay has to be split. buckets_per_octave: 1, 2, 4 or 8. A 0 may be put before them: the
/// bucket of what did not wait.
std::vector<std::uint64_t> bucket_bounds_ns(unsigned buckets_per_octave);

struct DelayBuckets {
    std::vector<std::uint64_t> cumulative;  ///< one per bound: delays below it
    std::uint64_t count = 0;                ///< all of them
    double sum_seconds = 0;
};

/// zeros: delays of nothing, counted beside the histogram.
DelayBuckets delay_buckets(const model::Histogram& histogram, std::uint64_t zeros,
                           const std::vector<std::uint64_t>& bounds_ns);

/// Quantile q (0..1) in seconds of the histogram and the zeros together; 0 if both are empty.
double quantile_seconds(const model::Histogram& histogram, std::uint64_t zeros, double q);

}  // namespace wiregap::view
