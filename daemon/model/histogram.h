// SPDX-License-Identifier: Apache-2.0
// Delays in log-linear buckets: eight per octave, so that a bucket is at most 12.5 % wide.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace wiregap::model {

/// The bucket arithmetic; the same as in bpf/histogram.bpf.h, which a unit test holds it against.
///
/// A delay in ns is first divided by 32 (unit). Units 0..7 have a bucket each; from there on every
/// octave has eight. 280 buckets reach 2^42 ns (73 minutes); longer delays land in the last one.
struct LogLinear {
    static constexpr unsigned unit_shift = 5;
    static constexpr unsigned sub_bits = 3;
    static constexpr std::size_t slots = 280;

    /// Bucket of a delay. ns: any value. Never fails.
    static std::size_t slot_of_ns(std::uint64_t ns) noexcept;
    /// First ns that belongs to the bucket; slot may be `slots` (the end of the last bucket).
    static std::uint64_t lower_ns(std::size_t slot) noexcept;
};

/// Counts of delays by bucket, with the exact sum. Histograms add up (operator+=) and are values.
/// One keeps no bucket behind its last delay: a service has several of them, and most are empty.
class Histogram {
  public:
    Histogram() = default;
    /// counts: by bucket from the first one on, LogLinear::slots at most; sum_ns: of all delays.
    Histogram(std::span<const std::uint64_t> counts, std::uint64_t sum_ns);

    std::uint64_t sum_ns = 0;

    void record_ns(std::uint64_t ns, std::uint64_t times = 1);
    /// Delays in one bucket.
    [[nodiscard]] std::uint64_t in_slot(std::size_t slot) const noexcept {
        return slot < counts_.size() ? counts_[slot] : 0;
    }
    [[nodiscard]] std::uint64_t count() const noexcept;
    /// Quantile q (0..1) in ns, interpolated inside its bucket; 0 if nothing was counted.
    [[nodiscard]] double quantile_ns(double q) const noexcept;
    Histogram& operator+=(const Histogram& other);

  private:
    std::vector<std::uint64_t> counts_;
};

}  // namespace wiregap::model
