// SPDX-License-Identifier: Apache-2.0
// Ten minutes of held bytes: what of them is kept, and for how long.
#include "daemon/model/held_history.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "daemon/model/snapshot.h"

namespace wiregap::model {
namespace {

constexpr std::uint64_t second = 1'000'000'000;

/// At this second: one connection that flows, and one that its peer holds up.
Snapshot held_at(std::uint64_t seconds, std::uint32_t flowing_bytes, std::uint32_t peers_bytes) {
    Snapshot snapshot;
    snapshot.taken_ns = seconds * second;
    snapshot.connections.resize(2);
    snapshot.connections[0].notsent_bytes = flowing_bytes;
    snapshot.connections[0].judgement.verdict = Verdict::flowing;
    snapshot.connections[1].notsent_bytes = peers_bytes;
    snapshot.connections[1].judgement.verdict = Verdict::peer_stalled;
    return snapshot;
}

HeldByLocus held(std::uint64_t peers, std::uint64_t nobodys, std::uint64_t unlisted = 0) {
    return {{peers, 0, 0, 0, nobodys}, unlisted};
}

TEST(HeldHistory, AddsUpByWhoseProblemItIs) {
    HeldHistory history;
    Snapshot snapshot = held_at(100, 7, 1000);
    snapshot.connections[1].reply_backlog_bytes = 500;
    history.add(snapshot);
    EXPECT_THAT(history.steps_so_far(), testing::ElementsAre(held(1500, 7)));
}

TEST(HeldHistory, KeepsTheTickOfAStepThatHeldMost) {
    HeldHistory history;
    history.add(held_at(100, 5, 10));
    history.add(held_at(101, 6, 200));
    history.add(held_at(102, 7, 30));
    history.add(held_at(103, 8, 20));
    EXPECT_THAT(history.steps_so_far(), testing::ElementsAre(held(200, 6), held(30, 7)));
}

TEST(HeldHistory, NowIsTheLastTickAndNotTheMostOfItsStep) {
    HeldHistory history;
    history.add(held_at(100, 5, 1000));
    history.add(held_at(101, 6, 20));
    EXPECT_EQ(history.now(), held(20, 6));
}

TEST(HeldHistory, WhatALongTickSawStandsUntilTheNext) {
    HeldHistory history;
    for (const std::uint64_t at : {100U, 106U}) {
        Snapshot snapshot = held_at(at, 1, static_cast<std::uint32_t>(at));
        snapshot.tick_interval_seconds = 6;
        history.add(snapshot);
    }
    EXPECT_THAT(history.steps_so_far(),
                testing::ElementsAre(held(100, 1), held(100, 1), held(100, 1), held(106, 1)));
}

TEST(HeldHistory, AStepWithoutATickIsEmptyAndNotZero) {
    HeldHistory history;
    history.add(held_at(100, 1, 2));
    history.add(held_at(106, 3, 4));
    EXPECT_THAT(history.steps_so_far(),
                testing::ElementsAre(held(2, 1), std::nullopt, std::nullopt, held(4, 3)));
}

TEST(HeldHistory, ForgetsWhatIsOlderThanTenMinutes) {
    HeldHistory history;
    for (std::uint64_t at = 0; at < 1000; ++at) history.add(held_at(at, 0, 1 + at % 2));
    EXPECT_EQ(history.steps_so_far().size(), 300U);
    history.add(held_at(1'000'000, 0, 9));
    ASSERT_EQ(history.steps_so_far().size(), 300U);
    EXPECT_EQ(history.steps_so_far().front(), std::nullopt);
    EXPECT_EQ(history.steps_so_far().back(), held(9, 0));
}

TEST(HeldHistory, WhatAListThatWasCutOffLacksIsSaid) {
    HeldHistory history;
    Snapshot snapshot = held_at(100, 7, 1000);
    snapshot.connections_truncated = true;
    snapshot.services.resize(1);
    snapshot.services[0].gauges.notsent_bytes = 5000;
    history.add(snapshot);
    EXPECT_THAT(history.steps_so_far(), testing::ElementsAre(held(1000, 7, 3993)));
}

}  // namespace
}  // namespace wiregap::model
