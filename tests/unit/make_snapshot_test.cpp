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

Sample acked(std::uint64_t taken_ns, std::uint32_t id, std::uint64_t acked_bytes) {
    Sample sample;
    sample.taken_ns = taken_ns;
    sample.known.byte_counters = true;
    ServiceSample service{.id = id, .since_ns = id, .bytes_complete = true};
    service.identity.port = static_cast<std::uint16_t>(id);
    service.counters.acked_bytes = acked_bytes;
    sample.services = {service};
    return sample;
}

TEST(MakeSnapshot, ARateIsOfTwoWalks) {
    Books books;
    const auto rate = [&](Sample sample) {
        return make_snapshot(std::move(sample), books, {}).services.at(0).acked_bytes_per_second;
    };
    EXPECT_FALSE(rate(acked(1 * one_second, 1, 5000)));
    EXPECT_EQ(rate(acked(3 * one_second, 1, 7048)), 1024);
    Sample between = acked(4 * one_second, 1, 7048);
    between.gauges_fresh = false;
    EXPECT_EQ(rate(std::move(between)), 1024) << "no walk, nothing new";
    EXPECT_EQ(rate(acked(5 * one_second, 1, 7048)), 0);
    EXPECT_EQ(rate(acked(6 * one_second, 1, 100)), 0) << "never negative";
}

TEST(MakeSnapshot, WhatOtherInheritsDidNotMoveNow) {
    Books books;
    const auto tick = [&](std::uint64_t seconds, bool with_client) {
        Sample sample = acked(seconds * one_second, 2, 50'000'000'000);
        ServiceSample other{.id = 0, .bytes_complete = true};
        other.counters.acked_bytes = 10;
        if (!with_client) sample.services.clear();
        sample.services.push_back(other);
        return make_snapshot(std::move(sample), books, {});
    };
    tick(1, true);
    tick(2, true);
    const Snapshot after = tick(3, false);
    ASSERT_EQ(after.services.size(), 1U);
    EXPECT_EQ(after.services[0].counters.acked_bytes, 50'000'000'010U);
    EXPECT_EQ(after.services[0].acked_bytes_per_second, 0);
}

TEST(MakeSnapshot, BacklogsAddUpAndAreThereAtZeroWhereASourceServes) {
    Sample sample = crowd(one_second, 3);
    sample.services[0].identity.port = 6379;
    sample.services[0].identity.netns_inode = 9;
    sample.connections[0].reply_backlog_bytes = 100;
    sample.connections[1].reply_backlog_bytes = 0;
    sample.connections[2].reply_backlog_bytes = 5;
    for (Connection& c : sample.connections) c.backlog_source = "embedded";
    Books books;
    const Snapshot snapshot = make_snapshot(
        sample, books,
        {.served = {{"embedded", 9, 6379}, {"redis", 9, 6379}, {"elsewhere", 8, 6379}}});
    const auto& backlogs = snapshot.services.at(0).reply_backlogs;
    ASSERT_EQ(backlogs.size(), 2U);
    EXPECT_EQ(backlogs[0].source, "embedded");
    EXPECT_EQ(backlogs[0].bytes, 105U);
    EXPECT_EQ(backlogs[0].connections, 2U);
    EXPECT_EQ(backlogs[1].source, "redis");
    EXPECT_EQ(backlogs[1].bytes, 0U);
}

}  // namespace
}  // namespace wiregap::model
