// SPDX-License-Identifier: Apache-2.0
#include "daemon/model/histogram.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>
#include <vector>

namespace wiregap::model {
namespace {

TEST(LogLinear, FirstNsOfASlotBelongsToItAndTheNsBeforeDoesNot) {
    for (std::size_t slot = 1; slot < LogLinear::slots; ++slot) {
        EXPECT_EQ(LogLinear::slot_of_ns(LogLinear::lower_ns(slot)), slot);
        EXPECT_EQ(LogLinear::slot_of_ns(LogLinear::lower_ns(slot) - 1), slot - 1);
    }
    EXPECT_EQ(LogLinear::slot_of_ns(0), 0U);
}

TEST(LogLinear, TheLastSlotEndsAt2To42NsAndTakesEverythingLonger) {
    EXPECT_EQ(LogLinear::lower_ns(LogLinear::slots), std::uint64_t{1} << 42);
    EXPECT_EQ(LogLinear::slot_of_ns((std::uint64_t{1} << 42) - 1), LogLinear::slots - 1);
    EXPECT_EQ(LogLinear::slot_of_ns(std::uint64_t{1} << 42), LogLinear::slots - 1);
    EXPECT_EQ(LogLinear::slot_of_ns(std::numeric_limits<std::uint64_t>::max()),
              LogLinear::slots - 1);
}

TEST(LogLinear, EverySlotIsAtMostAnEighthWide) {
    for (std::size_t slot = 8; slot < LogLinear::slots; ++slot) {
        const double low = static_cast<double>(LogLinear::lower_ns(slot));
        const double high = static_cast<double>(LogLinear::lower_ns(slot + 1));
        EXPECT_GT(high, low);
        EXPECT_LE((high - low) / low, 0.125) << "slot " << slot;
    }
}

TEST(LogLinear, EveryOctaveStartsASlot) {
    for (unsigned exponent = 8; exponent <= 41; ++exponent) {
        const std::uint64_t ns = std::uint64_t{1} << exponent;
        EXPECT_EQ(LogLinear::lower_ns(LogLinear::slot_of_ns(ns)), ns) << "2^" << exponent;
    }
}

TEST(Histogram, CountsAndSumAreExact) {
    Histogram h;
    h.record_ns(0);
    h.record_ns(1'000'000, 3);
    h.record_ns(50);
    EXPECT_EQ(h.count(), 5U);
    EXPECT_EQ(h.sum_ns, 3'000'050U);
}

TEST(Histogram, AnEmptyOneHasNoQuantile) {
    const Histogram h;
    EXPECT_EQ(h.count(), 0U);
    EXPECT_EQ(h.quantile_ns(0.5), 0);
}

TEST(Histogram, QuantilesAreWithinAnEighthOfTheTruth) {
    std::mt19937_64 random(20261122);  // NOLINT: the same numbers on each run
    std::lognormal_distribution<double> delays(12, 3);
    std::vector<double> truth;
    Histogram h;
    for (int i = 0; i < 20000; ++i) {
        const auto ns = static_cast<std::uint64_t>(std::min(delays(random), 4e12)) + 256;
        truth.push_back(static_cast<double>(ns));
        h.record_ns(ns);
    }
    std::sort(truth.begin(), truth.end());
    for (const double q : {0.01, 0.25, 0.5, 0.9, 0.99, 0.999}) {
        const auto rank = static_cast<std::size_t>(std::ceil(q * 20000)) - 1;
        EXPECT_NEAR(h.quantile_ns(q), truth[rank], truth[rank] * 0.125) << "quantile " << q;
    }
}

TEST(Histogram, QuantilesRiseAndStayInRange) {
    Histogram h;
    h.record_ns(1'000, 10);
    h.record_ns(1'000'000'000, 1);
    double before = 0;
    for (double q = 0; q <= 1.0; q += 0.01) {
        EXPECT_GE(h.quantile_ns(q), before);
        before = h.quantile_ns(q);
    }
    EXPECT_EQ(h.quantile_ns(-3), h.quantile_ns(0));
    EXPECT_EQ(h.quantile_ns(7), h.quantile_ns(1));
    EXPECT_NEAR(h.quantile_ns(1), 1e9, 0.125e9);
}

TEST(Histogram, ADelayBeyondTheEndSaturatesAndIsStillCounted) {
    Histogram h;
    h.record_ns(std::uint64_t{1} << 50);
    EXPECT_EQ(h.count(), 1U);
    EXPECT_EQ(h.sum_ns, std::uint64_t{1} << 50);
    EXPECT_LE(h.quantile_ns(0.5), static_cast<double>(std::uint64_t{1} << 42));
    EXPECT_GT(h.quantile_ns(0.5), static_cast<double>(std::uint64_t{1} << 41));
}

TEST(Histogram, AddsUp) {
    Histogram a;
    Histogram b;
    a.record_ns(100);
    b.record_ns(100, 2);
    b.record_ns(5'000'000);
    a += b;
    EXPECT_EQ(a.count(), 4U);
    EXPECT_EQ(a.sum_ns, 5'000'300U);
    EXPECT_EQ(a.in_slot(LogLinear::slot_of_ns(100)), 3U);
}

TEST(Histogram, IsWhatTheKernelCounted) {
    std::vector<std::uint64_t> counts(LogLinear::slots);
    counts[3] = 2;
    counts[40] = 1;
    const Histogram h(counts, 12'345);
    EXPECT_EQ(h.count(), 3U);
    EXPECT_EQ(h.sum_ns, 12'345U);
    EXPECT_EQ(h.in_slot(3), 2U);
    EXPECT_EQ(h.in_slot(40), 1U);
    EXPECT_EQ(h.in_slot(41), 0U);
    EXPECT_EQ(Histogram(std::vector<std::uint64_t>(LogLinear::slots), 0).count(), 0U);
}

TEST(Histogram, AShortOneAddsToALongOneAndTheOtherWayRound) {
    Histogram shorter;
    Histogram longer;
    shorter.record_ns(100);
    longer.record_ns(1'000'000'000);
    Histogram both = shorter;
    both += longer;
    longer += shorter;
    for (std::size_t slot = 0; slot < LogLinear::slots; ++slot)
        EXPECT_EQ(both.in_slot(slot), longer.in_slot(slot));
    EXPECT_EQ(both.count(), 2U);
}

}  // namespace
}  // namespace wiregap::model
