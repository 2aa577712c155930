// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "daemon/loop/event_loop.h"

namespace wiregap::loop {
namespace {

constexpr std::uint64_t near_ns = 5'000;
constexpr std::uint64_t far_ns = 1'000'000;
constexpr std::uint64_t most_ns = 40'000;

TEST(BusyPoll, SparseTrafficIsNotLookedFor) {
    BusyPoll busy_poll;
    EXPECT_EQ(busy_poll.window_ns(most_ns), 0U);
    busy_poll.waited(far_ns, most_ns);
    EXPECT_EQ(busy_poll.window_ns(most_ns), 0U);
}

TEST(BusyPoll, GrowsWhileEventsAreNearUpToABound) {
    BusyPoll busy_poll;
    busy_poll.waited(near_ns, most_ns);
    const std::uint64_t first_ns = busy_poll.window_ns(most_ns);
    EXPECT_GT(first_ns, near_ns);
    busy_poll.waited(near_ns, most_ns);
    EXPECT_GT(busy_poll.window_ns(most_ns), first_ns);
    for (int i = 0; i < 100; ++i) busy_poll.waited(near_ns, most_ns);
    EXPECT_LE(busy_poll.window_ns(most_ns), most_ns);
}

TEST(BusyPoll, IsNotLongerThanTheLastTurnIsWorth) {
    BusyPoll busy_poll;
    for (int i = 0; i < 100; ++i) busy_poll.waited(near_ns, most_ns);
    EXPECT_EQ(busy_poll.window_ns(most_ns), most_ns);
    EXPECT_EQ(busy_poll.window_ns(near_ns), near_ns);
    EXPECT_EQ(busy_poll.window_ns(0), 0U);
    busy_poll.waited(near_ns, 2 * near_ns);
    EXPECT_EQ(busy_poll.window_ns(most_ns), 2 * near_ns);
}

TEST(BusyPoll, IsGoneAfterAFewWaitsThatWereTooLong) {
    BusyPoll busy_poll;
    for (int i = 0; i < 100; ++i) busy_poll.waited(near_ns, most_ns);
    busy_poll.waited(far_ns, most_ns);
    EXPECT_LT(busy_poll.window_ns(most_ns), most_ns);
    for (int i = 0; i < 10; ++i) busy_poll.waited(far_ns, most_ns);
    EXPECT_EQ(busy_poll.window_ns(most_ns), 0U);
}

}  // namespace
}  // namespace wiregap::loop
