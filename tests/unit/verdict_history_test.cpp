// SPDX-License-Identifier: Apache-2.0
#include "daemon/model/verdict_history.h"

#include <gtest/gtest.h>

#include <numeric>

namespace wiregap::model {
namespace {

constexpr std::uint64_t second = 1'000'000'000;
constexpr auto at(Verdict verdict) { return static_cast<std::size_t>(verdict); }

Connection stalled(std::uint64_t cookie) {
    Connection c;
    c.netns_inode = 1;
    c.cookie = cookie;
    c.peer.port = static_cast<std::uint16_t>(cookie);
    c.state = 1;
    c.notsent_bytes = 1000;
    c.peer_zero_window = true;
    c.held_known = true;
    return c;
}

/// What a tick said.
struct Ruled {
    std::vector<Connection> connections;
    VerdictCounts counts;
};

class VerdictBookTest : public testing::Test {
  protected:
    /// A tick of a second: one service with `alive` connections, of which these are listed.
    Ruled tick(std::vector<Connection> listed, std::uint64_t alive, bool fresh = true) {
        Sample sample;
        sample.taken_ns = ++now_ * second;
        sample.gauges_fresh = fresh;
        ServiceSample service{.id = 7, .since_ns = 1};
        service.gauges.connections[1] = alive;
        sample.services = {service};
        sample.connection_service.assign(listed.size(), 7);
        sample.connections = std::move(listed);
        sample.connections_truncated = truncated_;
        Verdicts verdicts = book_.judge(sample);
        changes_ = verdicts.changes;
        Ruled ruled{std::move(sample.connections), verdicts.services.at(0)};
        for (std::size_t i = 0; i < ruled.connections.size(); ++i)
            ruled.connections[i].judgement = verdicts.connections.at(i);
        return ruled;
    }
    static const VerdictCounts& counts(const Ruled& ruled) { return ruled.counts; }

    VerdictHistory book_;
    std::vector<VerdictChange> changes_;  ///< of the last tick
    std::uint64_t now_ = 0;
    bool truncated_ = false;
};

TEST_F(VerdictBookTest, APeerThatDoesNotReadIsStalledWithinThreeTicks) {
    EXPECT_EQ(tick({stalled(1)}, 1).connections[0].judgement.verdict, Verdict::peer_slow);
    tick({stalled(1)}, 1);
    const Ruled third = tick({stalled(1)}, 1);
    const Judgement& judgement = third.connections[0].judgement;
    EXPECT_EQ(judgement.verdict, Verdict::peer_stalled);
    EXPECT_EQ(judgement.evidence.seconds_without_ack, 2);
    EXPECT_EQ(judgement.held_byte_seconds, 2000);
    EXPECT_EQ(counts(third).connections[at(Verdict::peer_stalled)], 1U);
    EXPECT_EQ(tick({stalled(1)}, 1).connections[0].judgement.since_seconds, 1);
}

TEST_F(VerdictBookTest, SecondsAddUpToTheConnectionsTime) {
    tick({stalled(1), stalled(2)}, 5);
    for (int i = 0; i < 9; ++i) tick({stalled(1), stalled(2)}, 5);
    const Ruled last = tick({stalled(1)}, 5);
    const auto& seconds = counts(last).seconds;
    EXPECT_DOUBLE_EQ(std::accumulate(seconds.begin(), seconds.end(), 0.0), 50);
    EXPECT_DOUBLE_EQ(seconds[at(Verdict::idle)], 30);
}

TEST_F(VerdictBookTest, SecondsSurviveTheirConnections) {
    for (int i = 0; i < 4; ++i) tick({stalled(1)}, 1);
    for (int i = 0; i < 10; ++i) tick({}, 0);
    const Ruled last = tick({}, 0);
    EXPECT_DOUBLE_EQ(counts(last).seconds[at(Verdict::peer_stalled)], 2);
    EXPECT_EQ(counts(last).connections[at(Verdict::peer_stalled)], 0U);
    EXPECT_EQ(book_.size(), 0U);
}

TEST_F(VerdictBookTest, WhatHasJustEmptiedKeepsItsVerdictForTheCalmTicks) {
    for (int i = 0; i < 3; ++i) tick({stalled(1)}, 1);
    EXPECT_EQ(counts(tick({}, 1)).connections[at(Verdict::peer_stalled)], 1U);
    tick({}, 1);
    const Ruled calm = tick({}, 1);
    EXPECT_EQ(counts(calm).connections[at(Verdict::peer_stalled)], 0U);
    EXPECT_EQ(counts(calm).connections[at(Verdict::idle)], 1U);
}

TEST_F(VerdictBookTest, TheDeadAreNotCounted) {
    for (int i = 0; i < 3; ++i) tick({stalled(1)}, 1);
    const Ruled gone = tick({}, 0);
    const auto& connections = counts(gone).connections;
    EXPECT_EQ(std::accumulate(connections.begin(), connections.end(), 0U), 0U);
}

TEST_F(VerdictBookTest, ManyThatComeAndGoLeaveNothing) {
    for (std::uint64_t round = 0; round < 50; ++round) {
        std::vector<Connection> listed;
        for (std::uint64_t i = 1; i <= 100; ++i) listed.push_back(stalled(round * 100 + i));
        tick(std::move(listed), 100);
        EXPECT_LE(book_.size(), 400U);
    }
}

TEST_F(VerdictBookTest, ACookieThatComesInMidLifeChangesNothing) {
    Connection c = stalled(5);
    c.cookie = 0;
    for (int i = 0; i < 3; ++i) tick({c}, 1);
    c.cookie = 77;  // somebody ran ss
    const Ruled known = tick({c}, 1);
    EXPECT_EQ(known.connections[0].judgement.verdict, Verdict::peer_stalled);
    EXPECT_EQ(book_.size(), 1U);
}

TEST_F(VerdictBookTest, AnotherConnectionWithTheSameAddressesBeginsAnew) {
    Connection c = stalled(77);
    c.acked_bytes = 1000;
    for (int i = 0; i < 3; ++i) tick({c}, 1);
    c.cookie = 78;
    EXPECT_EQ(tick({c}, 1).connections[0].judgement.verdict, Verdict::peer_slow);
    c.acked_bytes = 10;
    EXPECT_EQ(tick({c}, 1).connections[0].judgement.evidence.seconds, 0);
}

TEST_F(VerdictBookTest, AddressesTellConnectionsApart) {
    Connection a = stalled(0);
    Connection b = stalled(0);
    b.peer.port = 9;
    for (int i = 0; i < 3; ++i) tick({a, b}, 2);
    EXPECT_EQ(book_.size(), 2U);
    EXPECT_EQ(counts(tick({a, b}, 2)).connections[at(Verdict::peer_stalled)], 2U);
}

TEST_F(VerdictBookTest, AConnectionThatIsListedTwiceCountsOnce) {
    EXPECT_EQ(counts(tick({stalled(1), stalled(1)}, 1)).connections[at(Verdict::peer_slow)], 1U);
}

TEST_F(VerdictBookTest, BetweenWalksEverythingStandsAndTheNextWalkMakesUp) {
    for (int i = 0; i < 3; ++i) tick({stalled(1)}, 1);
    const double before = counts(tick({stalled(1)}, 1)).seconds[at(Verdict::peer_stalled)];
    const Ruled between = tick({stalled(1)}, 1, false);
    EXPECT_EQ(counts(between).seconds[at(Verdict::peer_stalled)], before);
    EXPECT_EQ(between.connections[0].judgement.verdict, Verdict::peer_stalled);
    EXPECT_EQ(counts(tick({stalled(1)}, 1)).seconds[at(Verdict::peer_stalled)], before + 2);
}

TEST_F(VerdictBookTest, BeyondATruncatedListNobodyIsCalledIdle) {
    truncated_ = true;
    EXPECT_EQ(counts(tick({stalled(1)}, 100)).connections[at(Verdict::idle)], 0U);
}

TEST_F(VerdictBookTest, ChangesFromAndToAProblemAreNoted) {
    tick({stalled(1)}, 1);
    ASSERT_EQ(changes_.size(), 1U);
    EXPECT_EQ(changes_[0].before, Verdict::idle);
    EXPECT_EQ(changes_[0].verdict, Verdict::peer_slow);
    EXPECT_EQ(changes_[0].service_id, 7U);
    EXPECT_EQ(changes_[0].peer.port, 1U);
    EXPECT_EQ(changes_[0].held_bytes, 1000U);
    tick({stalled(1)}, 1);
    EXPECT_TRUE(changes_.empty());
    tick({stalled(1)}, 1);
    ASSERT_EQ(changes_.size(), 1U);
    EXPECT_EQ(changes_[0].before, Verdict::peer_slow);
    EXPECT_EQ(changes_[0].verdict, Verdict::peer_stalled);
    EXPECT_EQ(changes_[0].before_seconds, 2);
}

TEST_F(VerdictBookTest, TheEndOfAProblemIsNotedWhereItsConnectionIsGone) {
    for (int i = 0; i < 4; ++i) tick({stalled(1)}, 1);
    std::size_t changes = 0;
    for (int i = 0; i < 10; ++i) {
        tick({}, 0);
        for (const VerdictChange& change : changes_) {
            EXPECT_EQ(change.before, Verdict::peer_stalled);
            EXPECT_EQ(change.verdict, Verdict::idle);
            EXPECT_EQ(change.held_bytes, 0U);
            ++changes;
        }
    }
    EXPECT_EQ(changes, 1U);
}

TEST_F(VerdictBookTest, ComingAndGoingWithoutAProblemIsNoChange) {
    Connection c = stalled(1);
    c.peer_zero_window = false;
    tick({c}, 1);
    tick({c}, 1);
    for (int i = 0; i < 6; ++i) {
        EXPECT_TRUE(changes_.empty());
        tick({}, 1);
    }
}

TEST_F(VerdictBookTest, ABacklogSourceMakesAppLatePossible) {
    Connection c = stalled(1);
    EXPECT_FALSE(counts(tick({c}, 1)).backlog_known);
    c.peer_zero_window = false;
    c.notsent_bytes = 0;
    c.reply_backlog_bytes = 10;
    for (int i = 0; i < 3; ++i) tick({c}, 1);
    const Ruled last = tick({c}, 1);
    EXPECT_TRUE(counts(last).backlog_known);
    EXPECT_EQ(last.connections[0].judgement.verdict, Verdict::app_late);
}

}  // namespace
}  // namespace wiregap::model
