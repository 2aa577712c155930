// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "daemon/resp/commands/follow_sample.h"

namespace wiregap::resp {
namespace {

/// How many of so many replies are followed, none of them under way for long.
unsigned followed(FollowSample& sample, unsigned replies) {
    unsigned count = 0;
    for (unsigned i = 0; i < replies; ++i) {
        if (!sample.due()) continue;
        sample.took();
        ++count;
    }
    return count;
}

TEST(FollowSample, IsOneInSoMany) {
    FollowSample sample(8);
    EXPECT_NEAR(followed(sample, 8000), 1000, 20);
}

TEST(FollowSample, EachOrNone) {
    FollowSample each(1);
    EXPECT_EQ(followed(each, 100'000), 100'000U);
    each.period();
    EXPECT_EQ(followed(each, 100'000), 100'000U);
    FollowSample none(0);
    EXPECT_EQ(followed(none, 1000), 0U);
    none.period();
    EXPECT_EQ(followed(none, 1000), 0U);
}

TEST(FollowSample, ABusyServerFollowsNoMoreThanTellsSomething) {
    FollowSample sample(64);
    followed(sample, 300'000);
    for (int period = 0; period < 4; ++period) {
        sample.period();
        EXPECT_NEAR(followed(sample, 300'000), FollowSample::most_per_period, 10);
    }
}

TEST(FollowSample, AQuietPeriodIsNotHeldToABusyOnesStep) {
    FollowSample sample(64);
    followed(sample, 300'000);
    sample.period();
    followed(sample, 300'000);
    sample.period();
    followed(sample, 100);  // as many as came: no more than half the mean step
    sample.period();
    EXPECT_NEAR(followed(sample, 6400), 100, 5);
}

TEST(FollowSample, OneThatCouldNotBeFollowedIsMadeUpForByTheNext) {
    FollowSample sample(64);
    unsigned due = 0;
    while (!sample.due()) ++due;
    EXPECT_TRUE(sample.due());
    EXPECT_TRUE(sample.due());
    sample.took();
    EXPECT_LE(due, 128U);
    EXPECT_NEAR(followed(sample, 64'000), 1000, 20);
}

}  // namespace
}  // namespace wiregap::resp
