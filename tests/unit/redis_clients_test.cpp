// SPDX-License-Identifier: Apache-2.0
// What a Redis server said of its clients, joined with the kernel's picture.
#include "daemon/backlog/redis_clients.h"

#include <gtest/gtest.h>

#include <string>

namespace wiregap::backlog {
namespace {

constexpr std::uint64_t second_ns = 1'000'000'000;
constexpr Listening place{.netns_inode = 9, .port = 6379};

model::Sample one_server() {
    model::Sample sample;
    model::ServiceSample service{.id = 3};
    service.identity.netns_inode = 9;
    service.identity.port = 6379;
    sample.services.push_back(service);
    return sample;
}

model::Connection in_kernel(std::uint32_t notsent_bytes, std::uint64_t sent_bytes) {
    model::Connection c;
    c.netns_inode = 9;
    c.local = {{10, 0, 0, 1}, false, 6379};
    c.peer = {{10, 0, 0, 2}, false, 4000};
    c.notsent_bytes = notsent_bytes;
    c.sent_bytes = sent_bytes;
    return c;
}

ClientLine client(const std::string& more, const std::string& peer = "10.0.0.2:4000") {
    return *parse_client_line("id=7 addr=" + peer + " laddr=10.0.0.1:6379 obl=0 oll=1 " + more);
}

class Joined : public testing::Test {
  protected:
    model::Sample join(const RedisInfo& info = {}, std::uint64_t now_s = 10) {
        model::Sample sample = sample_;
        unmatched_ = clients_.join(sample, place, info, "redis x", now_s * second_ns);
        return sample;
    }
    void said(const ClientLine& line, std::uint64_t at_s = 10) {
        clients_.ask(sample_, place, at_s * second_ns);
        clients_.take(line, false);
    }

    model::Sample sample_ = one_server();
    RedisClients clients_;
    std::uint64_t unmatched_ = 0;
};

TEST_F(Joined, ABacklogIsWhatWasSaidLessWhatWasWrittenSince) {
    sample_.connections = {in_kernel(100, 1000)};
    said(client("omem=500 events=rw"));
    EXPECT_EQ(join().connections.at(0).reply_backlog_bytes, 500U);
    sample_.connections = {in_kernel(100, 1200)};
    EXPECT_EQ(join().connections.at(0).reply_backlog_bytes, 300U);
}

TEST_F(Joined, WhatWaitsWhileTheKernelHasNothingIsAdded) {
    said(client("omem=700 events=rw"), 9);
    EXPECT_TRUE(join({}, 9).connections.empty()) << "one answer may be older than a write";
    said(client("omem=500 events=rw"));
    const model::Sample sample = join();
    ASSERT_EQ(sample.connections.size(), 1U);
    EXPECT_TRUE(sample.connections[0].kernel_unknown);
    EXPECT_EQ(to_string(sample.connections[0].peer), "10.0.0.2:4000");
    EXPECT_EQ(to_string(sample.connections[0].local), "10.0.0.1:6379");
    EXPECT_EQ(sample.connections[0].reply_backlog_bytes, 500U);
    EXPECT_EQ(sample.connection_service.at(0), 3U);
    EXPECT_EQ(unmatched_, 0U);
}

TEST_F(Joined, WhatIsWrittenWithinTheTurnWaitsForNobody) {
    said(client("omem=700 events=r"), 9);
    said(client("omem=500 events=r"));
    EXPECT_TRUE(join().connections.empty());
}

TEST_F(Joined, AReplicaWaitsForItsSnapshot) {
    RedisInfo info;
    take_replica_line(
        "slave0:ip=10.0.0.2,port=6380,state=wait_bgsave,offset=0,lag=0,type=replica\r",
        info.replicas);
    take_limits_line("normal 0 0 0 slave 1000 0 0 pubsub 33554432 8388608 60", info);
    said(client("flags=S omem=400 events=r"), 9);
    said(client("flags=S omem=500 events=r"), 10);
    const model::Sample sample = join(info);
    ASSERT_EQ(sample.connections.size(), 1U);
    const model::BacklogOutlook& outlook = sample.connections[0].backlog_outlook;
    EXPECT_TRUE(outlook.waits_for_snapshot);
    EXPECT_EQ(outlook.limit_bytes, 1000U);
    EXPECT_DOUBLE_EQ(outlook.seconds_to_limit.value_or(0), 5);  // 500 bytes at 100 a second
}

TEST_F(Joined, AReplicaBesideASyncingOneOfItsHostIsNoWaiter) {
    RedisInfo info;
    for (const char* const line : {"slave0:ip=10.0.0.2,port=6380,state=wait_bgsave,offset=0,lag=0",
                                   "slave1:ip=10.0.0.2,port=6381,state=online,offset=0,lag=0"})
        take_replica_line(line, info.replicas);
    said(client("flags=S omem=400 events=r"), 9);
    said(client("flags=S omem=500 events=r"), 10);
    EXPECT_TRUE(join(info).connections.empty()) << "which of the two it is, cannot be known";
}

TEST_F(Joined, AServerThatIsNotObservedHasUnmatchedClients) {
    sample_.services.clear();
    said(client("omem=700 events=rw"), 9);
    said(client("omem=500 events=rw"));
    EXPECT_TRUE(join().connections.empty());
    EXPECT_EQ(unmatched_, 1U);
}

TEST_F(Joined, AnOldAnswerSaysNothingOfNow) {
    said(client("omem=700 events=rw"), 9);
    said(client("omem=500 events=rw"));
    EXPECT_TRUE(join({}, 20).connections.empty());
}

TEST_F(Joined, AServerThatSaysNoOmemLeavesTheBacklogUnknown) {
    sample_.connections = {in_kernel(100, 1000)};
    said(*parse_client_line("id=7 addr=10.0.0.2:4000 fd=9 name= age=1 flags=N qbuf=0 cmd=get"));
    EXPECT_FALSE(join().connections.at(0).reply_backlog_bytes);
}

TEST_F(Joined, AnotherConnectionOfThePeerIsNotMeant) {
    sample_.connections = {in_kernel(100, 1000)};
    sample_.connections[0].local.address = {10, 0, 0, 9};
    said(client("omem=500 events=r"));
    EXPECT_FALSE(join().connections.at(0).reply_backlog_bytes);
}

TEST_F(Joined, WhomItNoLongerKnowsIsGone) {
    said(client("omem=500 events=rw"), 9);
    clients_.ask(sample_, place, 10 * second_ns);
    EXPECT_EQ(clients_.waiting(sample_, place, 8), std::vector<std::uint64_t>{7});
    clients_.end_some({7});
    EXPECT_TRUE(clients_.empty());
}

TEST(RedisInfo, IsReadByName) {
    RedisInfo info;
    for (const char* const line :
         {"# Stats\r", "client_output_buffer_limit_disconnections:12\r", "role:master\r",
          "slave0:ip=10.0.0.3,port=6379,state=online,offset=1,lag=0\r",
          "slave1:ip=fe80::1,port=6379,state=send_bulk,offset=0,lag=0\r", "slave_repl_offset:5\r",
          "", ":", "slave2:"}) {
        take_stats_line(line, info);
        take_replica_line(line, info.replicas);
    }
    EXPECT_EQ(info.cut_off, 12U);
    EXPECT_EQ(info.replicas.syncing, std::set<std::string>{"fe80::1"});
    EXPECT_EQ(info.replicas.online, std::set<std::string>{"10.0.0.3"});
}

TEST(RedisInfo, LimitsAreThreeOrNotKnown) {
    RedisInfo info;
    for (const char* const line : {"client-output-buffer-limit", "", "normal 0 0", "normal 1 2 3",
                                   "normal 0 0 0 odd 1 1 1 pubsub 3 3 3"}) {
        take_limits_line(line, info);
        EXPECT_FALSE(info.limits) << line;
    }
    take_limits_line("normal 1 0 0 replica 2 0 0 pubsub 3 8388608 60\r", info);
    ASSERT_TRUE(info.limits);
    EXPECT_EQ(*info.limits, (std::array<std::uint64_t, 3>{1, 2, 3}));
}

}  // namespace
}  // namespace wiregap::backlog
