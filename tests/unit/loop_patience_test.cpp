// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "daemon/loop/event_loop.h"

namespace wiregap::loop {
namespace {

constexpr std::uint64_t near_ns = 5'000;
constexpr std::uint64_t far_ns = 1'000'000;
constexpr std::uint64_t most_ns = 40'000;

TEST(Patience, SparseTrafficIsNotLookedFor) {
    Patience patience;
    EXPECT_EQ(patience.window_ns(most_ns), 0U);
    patience.waited(far_ns, most_ns);
    EXPECT_EQ(patience.window_ns(most_ns), 0U);
}

TEST(Patience, GrowsWhileEventsAreNearUpToABound) {
    Patience patience;
    patience.waited(near_ns, most_ns);
    const std::uint64_t first_ns = patience.window_ns(most_ns);
    EXPECT_GT(first_ns, near_ns);
    patience.waited(near_ns, most_ns);
    EXPECT_GT(patience.window_ns(most_ns), first_ns);
    for (int i = 0; i < 100; ++i) patience.waited(near_ns, most_ns);
    EXPECT_LE(patience.window_ns(most_ns), most_ns);
}

TEST(Patience, IsNotLongerThanTheLastTurnIsWorth) {
    Patience patience;
    for (int i = 0; i < 100; ++i) patience.waited(near_ns, most_ns);
    EXPECT_EQ(patience.window_ns(most_ns), most_ns);
    EXPECT_EQ(patience.window_ns(near_ns), near_ns);
    EXPECT_EQ(patience.window_ns(0), 0U);
    patience.waited(near_ns, 2 * near_ns);
    EXPECT_EQ(patience.window_ns(most_ns), 2 * near_ns);
}

TEST(Patience, IsGoneAfterAFewWaitsThatWereTooLong) {
    Patience patience;
    for (int i = 0; i < 100; ++i) patience.waited(near_ns, most_ns);
    patience.waited(far_ns, most_ns);
    EXPECT_LT(patience.window_ns(most_ns), most_ns);
    for (int i = 0; i < 10; ++i) patience.waited(far_ns, most_ns);
    EXPECT_EQ(patience.window_ns(most_ns), 0U);
}

}  // namespace
}  // namespace wiregap::loop
