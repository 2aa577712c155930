// SPDX-License-Identifier: Apache-2.0
// The other end of a connection, when it is on this host, and the memory of its control group.
#include "daemon/model/other_end.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "daemon/kernel/host/group_memory.h"
#include "daemon/model/explain.h"

namespace wiregap {
namespace {

using model::Connection;
using model::Endpoint;
using testing::HasSubstr;

constexpr Endpoint here{.address = {10, 0, 0, 1}, .ipv6 = false, .port = 80};
constexpr Endpoint there{.address = {10, 0, 0, 2}, .ipv6 = false, .port = 4000};

Connection between(const Endpoint& local, const Endpoint& peer, std::uint64_t netns_inode = 1) {
    Connection c;
    c.local = local;
    c.peer = peer;
    c.netns_inode = netns_inode;
    return c;
}

TEST(OtherEnd, IsTheSwappedOneOfTheSameNamespace) {
    const Connection one = between(here, there);
    const std::vector<Connection> all{one, between(there, here, 2), between(there, here)};
    EXPECT_EQ(other_end(all, one), &all[2]);
}

TEST(OtherEnd, OfAnotherNamespaceMustBeTheOnlyOne) {
    const Connection one = between(here, there);
    const std::vector<Connection> only{one, between(there, here, 2)};
    EXPECT_EQ(other_end(only, one), &only[1]);
    EXPECT_EQ(other_end({one, between(there, here, 2), between(there, here, 3)}, one), nullptr);
    EXPECT_EQ(other_end({one}, one), nullptr);
}

TEST(OtherEnd, LoopbackIsOfItsOwnNamespace) {
    const Endpoint a{.address = {127, 0, 0, 1}, .ipv6 = false, .port = 80};
    const Endpoint b{.address = {127, 0, 0, 1}, .ipv6 = false, .port = 4000};
    EXPECT_EQ(other_end({between(b, a, 2)}, between(a, b)), nullptr);
}

TEST(OtherEnd, MayHaveItsAddressesAsIpv6) {
    constexpr std::array<std::uint8_t, 16> mapped_there{0, 0, 0,    0,    0,  0, 0, 0,
                                                        0, 0, 0xff, 0xff, 10, 0, 0, 2};
    const Endpoint mapped{.address = mapped_there, .ipv6 = true, .port = 4000};
    const std::vector<Connection> all{between(there, here)};
    EXPECT_EQ(other_end(all, between(here, mapped)), all.data());
}

TEST(OtherEnd, IsNamedAndItsMemoryIsCharged) {
    model::Snapshot snapshot;
    Connection reader = between(there, here);
    reader.owner = {.pid = 12, .comm = "reader", .unit = "", .container = ""};
    reader.receive_queue_bytes = 2048;
    reader.service = "readers";
    snapshot.connections = {between(here, there), reader};
    snapshot.connections[0].judgement.verdict = model::Verdict::peer_stalled;
    const auto explained = [&] { return explain_connection(snapshot, snapshot.connections[0]); };
    EXPECT_THAT(explained().notes, testing::Contains("The peer is reader[12] on this host, and has "
                                                     "not read 2.0KiB."));
    EXPECT_THAT(explained().whose, HasSubstr("its program has stopped reading"));
    snapshot.connections[1].owner_of_service = true;
    EXPECT_THAT(explained().notes,
                testing::Contains(HasSubstr("The peer is a connection of readers on this host")));
    snapshot.connections[1].owner.memory = {{.group = "/a/b", .bytes = 95, .limit_bytes = 100}};
    EXPECT_THAT(explained().whose, HasSubstr("control group"));
    EXPECT_THAT(explained().advice, HasSubstr("memory.max of /a/b"));
    EXPECT_THAT(explained().notes, testing::Contains(HasSubstr("Its control group /a/b uses 95B")));
}

class GroupMemory : public testing::Test {
  protected:
    ~GroupMemory() override { std::filesystem::remove_all(root_); }
    void write(const std::string& path, const std::string& text) const {
        const std::filesystem::path whole(root_ + path);
        std::filesystem::create_directories(whole.parent_path());
        std::ofstream(whole) << text << "\n";
    }
    void limit(const std::string& group, const std::string& bytes, const std::string& most) const {
        write("/cgroup" + group + "/memory.current", bytes);
        write("/cgroup" + group + "/memory.max", most);
    }
    [[nodiscard]] std::optional<model::GroupMemory> of(const std::string& line) const {
        write("/proc/7/cgroup", line);
        return kernel::GroupMemories(root_ + "/proc", root_ + "/cgroup").of(7);
    }

    std::string root_ = [] {
        std::string path = testing::TempDir() + "groupsXXXXXX";
        return std::string(mkdtemp(path.data()));
    }();
};

TEST_F(GroupMemory, TheFullestOnTheWayToTheRootCounts) {
    limit("/pod", "98", "100");
    limit("/pod/box", "960", "1000");
    limit("/pod/box/leaf", "70", "max");
    const auto memory = of("12:cpu:/x\n0::/pod/box/leaf");
    ASSERT_TRUE(memory);
    EXPECT_EQ(memory->group, "/pod");
    EXPECT_EQ(memory->bytes, 98U);
    EXPECT_EQ(memory->limit_bytes, 100U);
}

TEST_F(GroupMemory, APageCacheIsNoMemoryThatIsUsedUp) {
    limit("/pod", "100000", "100000");
    write("/cgroup/pod/memory.stat", "anon 90000\nactive_file 3000\ninactive_file 1000");
    ASSERT_TRUE(of("0::/pod"));
    EXPECT_EQ(of("0::/pod")->bytes, 96000U);
    write("/cgroup/pod/memory.stat", "anon 90000\nactive_file 9000\ninactive_file 1000");
    EXPECT_FALSE(of("0::/pod"));
}

TEST_F(GroupMemory, WhatHasNoLimitOrIsNotNearItOrIsNotOursIsNotKnown) {
    limit("/free", "80", "max");
    limit("/half", "50", "100");
    for (const char* const line :
         {"0::/free", "0::/half", "0::/", "0::/../pod", "0::/gone", "5:memory:/v1", ""})
        EXPECT_FALSE(of(line)) << line;
    EXPECT_FALSE(kernel::GroupMemories(root_ + "/proc", root_ + "/cgroup").of(8));
}

}  // namespace
}  // namespace wiregap
