// SPDX-License-Identifier: Apache-2.0
#include "daemon/kernel/bpf/retirement.h"

#include <gtest/gtest.h>

#include <vector>

namespace wiregap::kernel {
namespace {

using Ids = std::vector<std::uint32_t>;
constexpr std::uint64_t one_second_ns = 1'000'000'000;

Retirement::Candidate unused_client(std::uint32_t id, std::uint64_t sockets = 0,
                                    std::uint64_t movement = 0) {
    return {.id = id,
            .since_ns = 1,
            .role = model::Role::client,
            .sockets = sockets,
            .movement = movement};
}

Retirement::Candidate unused_server(std::uint32_t id, std::uint64_t sockets = 0) {
    return {.id = id, .since_ns = 1, .role = model::Role::server, .sockets = sockets};
}

TEST(Retirement, WhoHasASocketStaysForEver) {
    Retirement retirement(8, 2);
    for (std::uint64_t hour = 1; hour < 100; ++hour)
        EXPECT_EQ(retirement.choose({unused_client(1, 1), unused_server(2, 1)},
                                    hour * 3600 * one_second_ns),
                  Ids());
}

TEST(Retirement, WhoHasNoneGoesAfterTenMinutes) {
    Retirement retirement(8, 2);
    EXPECT_EQ(retirement.choose({unused_client(1)}, 1000 * one_second_ns), Ids());
    EXPECT_EQ(retirement.choose({unused_client(1)}, 1599 * one_second_ns), Ids());
    EXPECT_EQ(retirement.choose({unused_client(1)}, 1600 * one_second_ns), Ids{1});
    EXPECT_EQ(retirement.gave_way(), 0U);
}

TEST(Retirement, WhatMovesBeginsAnew) {
    Retirement retirement(8, 2);
    retirement.choose({unused_client(1)}, 1000 * one_second_ns);
    retirement.choose({unused_client(1, 0, 5)}, 1500 * one_second_ns);
    EXPECT_EQ(retirement.choose({unused_client(1, 0, 5)}, 1700 * one_second_ns), Ids());
    EXPECT_EQ(retirement.choose({unused_client(1, 0, 5)}, 2100 * one_second_ns), Ids{1});
}

TEST(Retirement, TheIdlestClientGivesWayBeforeTheLastIdIsTaken) {
    Retirement retirement(5, 1);
    retirement.choose({unused_server(1, 1), unused_client(2)}, 10 * one_second_ns);
    retirement.choose({unused_server(1, 1), unused_client(2), unused_client(3)},
                      12 * one_second_ns);
    EXPECT_FALSE(retirement.has_retired());
    const Ids chosen = retirement.choose({unused_server(1, 1), unused_client(2), unused_client(3),
                                          unused_client(4, 1), unused_client(5, 1)},
                                         13 * one_second_ns);
    EXPECT_EQ(chosen, Ids{2}) << "one of the four that are anybody's stays free";
    EXPECT_EQ(retirement.gave_way(), 1U);
    EXPECT_TRUE(retirement.has_retired());
}

TEST(Retirement, ServersThatHaveTheReserveAloneMakeNobodyGiveWay) {
    Retirement retirement(8, 4);
    EXPECT_EQ(retirement.choose({unused_server(1, 1), unused_server(2, 1), unused_server(3, 1),
                                 unused_server(4, 1), unused_client(5), unused_client(6)},
                                10 * one_second_ns),
              Ids());
}

TEST(Retirement, AServerIsNotPushedOutByWhoCameLater) {
    Retirement retirement(4, 1);
    const std::vector<Retirement::Candidate> all = {unused_server(1), unused_client(2, 1),
                                                    unused_client(3, 1), unused_client(4, 1)};
    EXPECT_EQ(retirement.choose(all, 10 * one_second_ns), Ids());
    EXPECT_EQ(retirement.choose(all, 39 * one_second_ns), Ids());
    EXPECT_EQ(retirement.choose(all, 40 * one_second_ns), Ids{1});
}

TEST(Retirement, AnIdThatIsUsedAgainIsSomebodyElses) {
    Retirement retirement(8, 2);
    retirement.choose({unused_client(1)}, 1000 * one_second_ns);
    Retirement::Candidate other = unused_client(1);
    other.since_ns = 2;
    EXPECT_EQ(retirement.choose({other}, 1700 * one_second_ns), Ids());
}

}  // namespace
}  // namespace wiregap::kernel
