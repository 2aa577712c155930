// SPDX-License-Identifier: Apache-2.0
// The worst connections: how many there are does not depend on how many connections there are.
#include "daemon/model/make_snapshot.h"

#include <gtest/gtest.h>

namespace wiregap::model {
namespace {

constexpr std::uint64_t one_second = 1'000'000'000;

Sample crowd(std::uint64_t taken_ns, std::uint32_t connections) {
    Sample sample;
    sample.taken_ns = taken_ns;
    sample.services = {ServiceSample{.id = 1, .since_ns = 1}};
    for (std::uint32_t i = 1; i <= connections; ++i) {
        Connection c;
        c.cookie = i;
        c.peer.port = static_cast<std::uint16_t>(i);
        c.notsent_bytes = i * 1000;
        sample.connections.push_back(c);
    }
    sample.connection_service.assign(connections, 1);
    return sample;
}

Snapshot second_tick(const Thresholds& thresholds, std::uint32_t connections) {
    Books books(thresholds);
    make_snapshot(crowd(one_second, connections), books, {.own_netns_inode = 1});
    return make_snapshot(crowd(2 * one_second, connections), books, {.own_netns_inode = 1});
}

TEST(MakeSnapshot, TheWorstAreThoseWithMostByteSeconds) {
    const Snapshot snapshot = second_tick({}, 50);
    ASSERT_EQ(snapshot.worst.size(), 10U);
    EXPECT_EQ(snapshot.connections[snapshot.worst[0]].cookie, 50U);
    EXPECT_EQ(snapshot.connections[snapshot.worst[2]].cookie, 48U);
}

TEST(MakeSnapshot, SeriesOfConnectionsAreAsManyAsTheConfigSays) {
    EXPECT_EQ(second_tick({}, 1000).worst_with_series, 0U);
    EXPECT_EQ(second_tick({.top_connections = 3}, 1000).worst_with_series, 3U);
    EXPECT_EQ(second_tick({.top_connections = 10}, 4).worst_with_series, 4U);
    EXPECT_EQ(second_tick({.top_connections = 50}, 1000).worst_with_series, 50U);
}

TEST(MakeSnapshot, TheWorstAreThereWithoutSeriesToo) {
    EXPECT_EQ(second_tick({.top_connections = 3}, 1000).worst.size(), 10U);
    EXPECT_EQ(second_tick({.top_connections = 50}, 1000).worst.size(), 50U);
    EXPECT_EQ(second_tick({}, 4).worst.size(), 4U);
}

TEST(MakeSnapshot, AFullyDrainedConnectionIsNotAmongTheWorst) {
    Books books;
    make_snapshot(crowd(one_second, 1), books, {.own_netns_inode = 1});
    Sample drained = crowd(2 * one_second, 1);
    drained.connections[0].notsent_bytes = 0;
    drained.connections[0].unacked_bytes = 5;
    EXPECT_TRUE(make_snapshot(std::move(drained), books, {.own_netns_inode = 1}).worst.empty());
}

TEST(MakeSnapshot, CarriesVerdictsOfServicesAndConnections) {
    const Snapshot snapshot = second_tick({}, 2);
    EXPECT_EQ(snapshot.connections[0].judgement.verdict, Verdict::flowing);
    EXPECT_EQ(
        snapshot.services[0].verdicts.connections.at(static_cast<std::size_t>(Verdict::flowing)),
        2U);
}

}  // namespace
}  // namespace wiregap::model
