// SPDX-License-Identifier: Apache-2.0
// Drops of listeners, and the causes that their network namespace counts.
#include "daemon/model/accept_drops.h"

#include <gtest/gtest.h>

#include <initializer_list>
#include <sstream>

#include "daemon/kernel/host/host_tcp.h"
#include "daemon/kernel/host/listen_counts.h"

namespace wiregap::model {
namespace {

constexpr std::uint64_t here = 4;  // a namespace's cookie

struct Listener {
    std::uint32_t id = 1;
    std::uint64_t drops = 0;
    double fill = 0;
    std::uint64_t netns = here;
};

Sample tick(AcceptDrops& drops, std::initializer_list<Listener> listeners,
            std::vector<ListenCounts> counts) {
    Sample sample;
    for (const Listener& one : listeners) {
        ServiceSample service{.id = one.id, .since_ns = 7};
        service.identity.netns = one.netns;
        service.gauges.accept_drops = one.drops;
        service.gauges.accept_queue_fill_ratio_max = one.fill;
        sample.services.push_back(service);
    }
    sample.listen_counts = std::move(counts);
    drops.complete(sample);
    return sample;
}

const ServiceCounters& of(const Sample& sample, std::size_t i = 0) {
    return sample.services.at(i).counters;
}

std::uint64_t others(const Sample& sample, ListenerDrop cause, std::size_t i = 0) {
    return of(sample, i).listener_drops.at(static_cast<std::size_t>(cause));
}

TEST(AcceptDrops, WhatWasThereBeforeUsIsNotOurs) {
    AcceptDrops drops;
    EXPECT_EQ(of(tick(drops, {{1, 5}}, {{here, 5}})).accept_overflows, 0U);
    EXPECT_EQ(of(tick(drops, {{1, 7}}, {{here, 7}})).accept_overflows, 2U);
}

TEST(AcceptDrops, AListenerThatCameLaterCountsFromItsBeginning) {
    AcceptDrops drops;
    tick(drops, {}, {});
    EXPECT_EQ(of(tick(drops, {{1, 3}}, {{here, 3}})).accept_overflows, 3U);
}

TEST(AcceptDrops, AListenerThatClosedTakesNothingBack) {
    AcceptDrops drops;
    tick(drops, {{1, 5}}, {{here, 5}});
    EXPECT_EQ(of(tick(drops, {{1, 9}}, {{here, 9}})).accept_overflows, 4U);
    EXPECT_EQ(of(tick(drops, {{1, 1}}, {})).accept_overflows, 4U);
    EXPECT_EQ(of(tick(drops, {{1, 2}}, {{here, 10}})).accept_overflows, 5U);
}

TEST(AcceptDrops, AScanOverflowsNothing) {
    AcceptDrops drops;
    tick(drops, {{1, 0}}, {{here}});
    const Sample after = tick(
        drops, {{1, 400}}, {{.netns = here, .overflows = 0, .syn_queue_full = 0, .resets = 390}});
    EXPECT_EQ(of(after).accept_overflows, 0U);
    EXPECT_EQ(others(after, ListenerDrop::reset), 390U);
    EXPECT_EQ(others(after, ListenerDrop::other), 10U);
}

TEST(AcceptDrops, AFullSynQueueIsAnotherCause) {
    AcceptDrops drops;
    tick(drops, {{1, 0}}, {{here}});
    const Sample after = tick(
        drops, {{1, 30}}, {{.netns = here, .overflows = 10, .syn_queue_full = 20, .resets = 0}});
    EXPECT_EQ(of(after).accept_overflows, 10U);
    EXPECT_EQ(others(after, ListenerDrop::syn_queue_full), 20U);
}

TEST(AcceptDrops, TheLastAckThatFindsTheQueueFullIsDroppedTwice) {
    AcceptDrops drops;
    tick(drops, {{1, 0}}, {{here}});
    const Sample after = tick(drops, {{1, 21}},
                              {{.netns = here, .overflows = 10, .syn_queue_full = 0, .resets = 0}});
    EXPECT_EQ(of(after).accept_overflows, 10U);
    EXPECT_EQ(others(after, ListenerDrop::other), 1U);
}

TEST(AcceptDrops, OfTwoThatDropTheFullOneOverflowed) {
    AcceptDrops drops;
    tick(drops, {{1, 0}, {2, 0}}, {{here}});
    const Sample after = tick(drops, {{1, 50}, {2, 8, 1.0}},
                              {{.netns = here, .overflows = 8, .syn_queue_full = 0, .resets = 50}});
    EXPECT_EQ(of(after, 0).accept_overflows, 0U);
    EXPECT_EQ(others(after, ListenerDrop::reset, 0), 50U);
    EXPECT_EQ(of(after, 1).accept_overflows, 8U);
}

TEST(AcceptDrops, ANamespaceThatCannotBeAskedIsJudgedByItsQueues) {
    AcceptDrops drops;
    tick(drops, {{1, 0}, {2, 0, 0, 5}}, {});
    const Sample after = tick(drops, {{1, 4, 1.0}, {2, 6, 0.5, 5}}, {});
    EXPECT_EQ(of(after, 0).accept_overflows, 4U);
    EXPECT_EQ(of(after, 1).accept_overflows, 0U);
    EXPECT_EQ(others(after, ListenerDrop::other, 1), 6U);
}

TEST(AcceptDrops, TheTwoAreNotReadAtOneInstant) {
    AcceptDrops drops;
    tick(drops, {{1, 0}}, {{here}});
    // The namespace has counted two that the walk over listeners did not see yet.
    EXPECT_EQ(of(tick(drops, {{1, 3}}, {{here, 5}})).accept_overflows, 3U);
    EXPECT_EQ(of(tick(drops, {{1, 5}}, {{here, 5}})).accept_overflows, 5U);
}

TEST(HostTcp, PressureEndsBelowWhereItBegan) {
    std::istringstream sockstat("sockets: used 9\nTCP: inuse 5 orphan 3 tw 0 alloc 7 mem 40\n");
    std::optional<HostTcp> host = kernel::parse_sockstat(sockstat, 4096);
    ASSERT_TRUE(host);
    EXPECT_EQ(host->orphans, 3U);
    EXPECT_EQ(host->memory_bytes, 40U * 4096);
    EXPECT_FALSE(is_short_of_memory(*host, true)) << "limits that are not known bind nobody";
    host->memory_calm_bytes = 30 * 4096;
    host->memory_pressure_bytes = 50 * 4096;
    EXPECT_FALSE(is_short_of_memory(*host, false));
    EXPECT_TRUE(is_short_of_memory(*host, true));
}

TEST(ListenCounts, AreReadByName) {
    std::istringstream netstat(
        "TcpExt: SyncookiesSent EmbryonicRsts ListenOverflows ListenDrops TCPReqQFullDrop\n"
        "TcpExt: 0 7 3 12 2\n"
        "IpExt: InNoRoutes\nIpExt: 1\n");
    const auto counts = kernel::parse_listen_counts(netstat);
    ASSERT_TRUE(counts);
    EXPECT_EQ(counts->resets, 7U);
    EXPECT_EQ(counts->overflows, 3U);
    EXPECT_EQ(counts->syn_queue_full, 2U);
    for (const char* const text :
         {"", "TcpExt: ListenOverflows", "IpExt: A\nIpExt: 1\n", "x\ny\n"}) {
        std::istringstream other(text);
        EXPECT_FALSE(kernel::parse_listen_counts(other)) << text;
    }
}

}  // namespace
}  // namespace wiregap::model
