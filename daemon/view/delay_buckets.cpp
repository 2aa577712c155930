// SPDX-License-Identifier: Apache-2.0
#include "daemon/view/delay_buckets.h"

namespace wiregap::view {

std::vector<std::uint64_t> bucket_bounds_ns(unsigned buckets_per_octave) {
    constexpr unsigned first_exponent = 10;
    constexpr unsigned last_exponent = 36;
    std::vector<std::uint64_t> bounds;
    for (unsigned exponent = first_exponent; exponent < last_exponent; ++exponent) {
        const std::uint64_t octave = std::uint64_t{1} << exponent;
        for (unsigned part = 0; part < buckets_per_octave; ++part) {
            bounds.push_back(octave + octave / buckets_per_octave * part);
        }
    }
    bounds.push_back(std::uint64_t{1} << last_exponent);
    return bounds;
}

DelayBuckets delay_buckets(const model::Histogram& histogram, std::uint64_t zeros,
                           const std::vector<std::uint64_t>& bounds_ns) {
    DelayBuckets result;
    result.cumulative.reserve(bounds_ns.size());
    std::uint64_t below = zeros;
    std::size_t slot = 0;
    for (const std::uint64_t bound : bounds_ns) {
        if (bound == 0) below += histogram.in_slot(slot++);
        for (; model::LogLinear::lower_ns(slot + 1) <= bound; ++slot)
            below += histogram.in_slot(slot);
        result.cumulative.push_back(below);
    }
    result.count = zeros + histogram.count();
    result.sum_seconds = static_cast<double>(histogram.sum_ns) / 1e9;
    return result;
}

double quantile_seconds(const model::Histogram& histogram, std::uint64_t zeros, double q) {
    const auto late = static_cast<double>(histogram.count());
    const double rank_among_late =
        q * (late + static_cast<double>(zeros)) - static_cast<double>(zeros);
    if (rank_among_late <= static_cast<double>(histogram.in_slot(0))) return 0;
    return histogram.quantile_ns(rank_among_late / late) / 1e9;
}

}  // namespace wiregap::view
