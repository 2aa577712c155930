// SPDX-License-Identifier: Apache-2.0
#include "daemon/view/delay_buckets.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

namespace wiregap::view {
namespace {

using model::Histogram;
using model::LogLinear;

class BucketBounds : public testing::TestWithParam<unsigned> {};

TEST_P(BucketBounds, LieOnTheBoundsOfTheKernelsBuckets) {
    for (const std::uint64_t bound : bucket_bounds_ns(GetParam())) {
        EXPECT_EQ(LogLinear::lower_ns(LogLinear::slot_of_ns(bound)), bound);
    }
}

TEST_P(BucketBounds, GoFromAMicrosecondToAMinuteAndRise) {
    const auto bounds = bucket_bounds_ns(GetParam());
    EXPECT_EQ(bounds.size(), 26 * GetParam() + 1);
    EXPECT_EQ(bounds.front(), 1024U);
    EXPECT_EQ(bounds.back(), std::uint64_t{1} << 36);
    EXPECT_EQ(std::adjacent_find(bounds.begin(), bounds.end(), std::greater_equal<>()),
              bounds.end());
}

TEST_P(BucketBounds, EveryBucketHoldsExactlyWhatIsBelowIt) {
    std::mt19937_64 random(7);  // NOLINT: the same numbers on each run
    std::vector<std::uint64_t> delays;
    Histogram h;
    for (int i = 0; i < 5000; ++i) {
        delays.push_back(random() >> (20 + random() % 44));
        h.record_ns(delays.back());
    }
    const auto bounds = bucket_bounds_ns(GetParam());
    const DelayBuckets buckets = delay_buckets(h, 11, bounds);
    ASSERT_EQ(buckets.cumulative.size(), bounds.size());
    for (std::size_t i = 0; i < bounds.size(); ++i) {
        const auto below = std::count_if(delays.begin(), delays.end(),
                                         [&](std::uint64_t ns) { return ns < bounds[i]; });
        EXPECT_EQ(buckets.cumulative[i], static_cast<std::uint64_t>(below) + 11) << bounds[i];
    }
    EXPECT_EQ(buckets.count, 5011U);
}

INSTANTIATE_TEST_SUITE_P(PerOctave, BucketBounds, testing::Values(1U, 2U, 4U, 8U));

TEST(DelayBuckets, AreCumulativeAndNeverFall) {
    Histogram h;
    for (unsigned exponent = 0; exponent < 45; ++exponent)
        h.record_ns(std::uint64_t{1} << exponent);
    const DelayBuckets buckets = delay_buckets(h, 3, bucket_bounds_ns(2));
    EXPECT_TRUE(std::is_sorted(buckets.cumulative.begin(), buckets.cumulative.end()));
    EXPECT_EQ(buckets.cumulative.front(), 13U) << "3 at once, and 2^0 to 2^9";
    EXPECT_LT(buckets.cumulative.back(), buckets.count) << "2^36 and longer are in +Inf only";
    EXPECT_EQ(buckets.count, 48U);
}

TEST(DelayBuckets, WritesAtOnceAreInEveryBucketAndAddNoTime) {
    const DelayBuckets buckets = delay_buckets({}, 5, bucket_bounds_ns(1));
    for (const std::uint64_t below : buckets.cumulative) EXPECT_EQ(below, 5U);
    EXPECT_EQ(buckets.count, 5U);
    EXPECT_EQ(buckets.sum_seconds, 0);
}

TEST(DelayBuckets, WhatDidNotWaitHasABucketOfItsOwn) {
    Histogram h;
    h.record_ns(0, 7);
    h.record_ns(500, 2);
    std::vector<std::uint64_t> bounds = bucket_bounds_ns(1);
    bounds.insert(bounds.begin(), 0);
    const DelayBuckets buckets = delay_buckets(h, 4, bounds);
    ASSERT_EQ(buckets.cumulative.size(), bounds.size());
    EXPECT_EQ(buckets.cumulative[0], 11U);
    EXPECT_EQ(buckets.cumulative[1], 13U);
    EXPECT_EQ(buckets.count, 13U);
}

TEST(DelayBuckets, SumIsExact) {
    Histogram h;
    h.record_ns(1'500'000'000, 2);
    EXPECT_EQ(delay_buckets(h, 100, bucket_bounds_ns(1)).sum_seconds, 3);
}

TEST(QuantileSeconds, IsOverAllWrites) {
    Histogram h;
    h.record_ns(1'000'000, 10);
    EXPECT_EQ(quantile_seconds(h, 90, 0.5), 0);
    EXPECT_EQ(quantile_seconds(h, 90, 0.9), 0);
    EXPECT_NEAR(quantile_seconds(h, 90, 0.99), 1e-3, 0.125e-3);
    EXPECT_NEAR(quantile_seconds(h, 0, 0.5), 1e-3, 0.125e-3);
}

TEST(QuantileSeconds, OfWhatDidNotWaitIsZero) {
    Histogram h;
    h.record_ns(0, 99);
    h.record_ns(1'000'000, 1);
    EXPECT_EQ(quantile_seconds(h, 0, 0.5), 0);
    EXPECT_EQ(quantile_seconds(h, 0, 0.99), 0);
    EXPECT_NEAR(quantile_seconds(h, 0, 0.995), 1e-3, 0.125e-3);
}

TEST(QuantileSeconds, OfNothingIsZero) {
    EXPECT_EQ(quantile_seconds({}, 0, 0.99), 0);
    EXPECT_EQ(quantile_seconds({}, 5, 1), 0);
}

}  // namespace
}  // namespace wiregap::view
