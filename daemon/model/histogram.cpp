// SPDX-License-Identifier: Apache-2.0
#include "daemon/model/histogram.h"

#include <algorithm>
#include <bit>
#include <numeric>

namespace wiregap::model {

std::size_t LogLinear::slot_of_ns(std::uint64_t ns) noexcept {
    const std::uint64_t units = ns >> unit_shift;
    constexpr std::uint64_t linear = 1U << sub_bits;
    if (units < linear) return units;
    const auto octave = static_cast<unsigned>(std::bit_width(units)) - 1;
    const std::size_t slot =
        (octave - sub_bits + 1) * linear + ((units >> (octave - sub_bits)) & (linear - 1));
    return std::min(slot, slots - 1);
}

std::uint64_t LogLinear::lower_ns(std::size_t slot) noexcept {
    constexpr std::size_t linear = 1U << sub_bits;
    if (slot < linear) return std::uint64_t{slot} << unit_shift;
    const std::size_t octave = slot / linear - 1;
    return (std::uint64_t{linear + slot % linear} << octave) << unit_shift;
}

Histogram::Histogram(std::span<const std::uint64_t> counts, std::uint64_t sum) : sum_ns(sum) {
    const auto last = std::find_if(counts.rbegin(), counts.rend(),
                                   [](std::uint64_t delays) { return delays != 0; });
    counts_.assign(counts.begin(), last.base());
}

void Histogram::record_ns(std::uint64_t ns, std::uint64_t times) {
    const std::size_t slot = LogLinear::slot_of_ns(ns);
    if (slot >= counts_.size()) counts_.resize(slot + 1);
    counts_[slot] += times;
    sum_ns += ns * times;
}

std::uint64_t Histogram::count() const noexcept {
    return std::accumulate(counts_.begin(), counts_.end(), std::uint64_t{0});
}

double Histogram::quantile_ns(double q) const noexcept {
    const auto total = static_cast<double>(count());
    if (total <= 0) return 0;
    const double wanted = std::clamp(q, 0.0, 1.0) * total;
    double seen = 0;
    for (std::size_t i = 0; i < counts_.size(); ++i) {
        const auto here = static_cast<double>(counts_[i]);
        if (here > 0 && seen + here >= wanted) {
            const auto low = static_cast<double>(LogLinear::lower_ns(i));
            const auto high = static_cast<double>(LogLinear::lower_ns(i + 1));
            return low + (high - low) * (wanted - seen) / here;
        }
        seen += here;
    }
    return static_cast<double>(LogLinear::lower_ns(counts_.size()));
}

Histogram& Histogram::operator+=(const Histogram& other) {
    if (counts_.size() < other.counts_.size()) counts_.resize(other.counts_.size());
    for (std::size_t i = 0; i < other.counts_.size(); ++i) counts_[i] += other.counts_[i];
    sum_ns += other.sum_ns;
    return *this;
}

}  // namespace wiregap::model
