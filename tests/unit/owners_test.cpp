// SPDX-License-Identifier: Apache-2.0
// Units and containers out of /proc/PID/cgroup, as the managers write it.
#include "daemon/kernel/owners.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>

namespace wiregap::kernel {
namespace {

const std::string id(64, 'a');

TEST(Cgroup, SystemdUnit) {
    EXPECT_EQ(parse_cgroup("0::/system.slice/redis-server.service\n").unit, "redis-server");
    EXPECT_EQ(parse_cgroup("0::/system.slice/system-redis.slice/redis@a.service\n").unit,
              "redis@a");
}

TEST(Cgroup, AUserSessionIsNoService) {
    const auto owner =
        parse_cgroup("0::/user.slice/user-0.slice/user@0.service/app.slice/session-3.scope\n");
    EXPECT_EQ(owner.unit, "");
    EXPECT_EQ(owner.container, "");
}

TEST(Cgroup, Containers) {
    const std::string shown(12, 'a');
    EXPECT_EQ(parse_cgroup("0::/system.slice/docker-" + id + ".scope\n").container, shown);
    EXPECT_EQ(parse_cgroup("0::/docker/" + id + "\n").container, shown);
    EXPECT_EQ(parse_cgroup("0::/machine.slice/libpod-" + id + ".scope/container\n").container,
              shown);
    EXPECT_EQ(
        parse_cgroup("0::/kubepods.slice/kubepods-pod1.slice/cri-containerd-" + id + ".scope\n")
            .container,
        shown);
    EXPECT_EQ(parse_cgroup("0::/kubepods/burstable/pod1/" + id + "\n").container, shown);
}

TEST(Cgroup, VersionOneKeepsSystemdsTreeApart) {
    const auto owner = parse_cgroup(
        "12:cpu,cpuacct:/x.service\n1:name=systemd:/system.slice/nginx.service\n0::/\n");
    EXPECT_EQ(owner.unit, "nginx");
}

TEST(Cgroup, NonsenseIsNobody) {
    for (const char* text : {"", "\n", ":", "0:", "0::", "::/.service", "docker-zz.scope"}) {
        EXPECT_EQ(parse_cgroup(text).container, "") << text;
    }
}

TEST(OwnerDirectory, NamesHaveNoControlCharacters) {
    OwnerDirectory directory("/nowhere");
    EXPECT_EQ(directory.find(0, "a\033[2J\nb\xc2\x9b").comm, "a?[2J?b?");
    EXPECT_EQ(parse_cgroup("0::/system.slice/a\033b.service\n").unit, "a?b");
}

TEST(OwnerDirectory, ReadsOnceUntilItForgets) {
    const auto proc = std::filesystem::temp_directory_path() / "wiregap_owners_test";
    std::filesystem::create_directories(proc / "7");
    std::ofstream(proc / "7" / "cgroup") << "0::/system.slice/a.service\n";
    OwnerDirectory directory(proc);
    EXPECT_EQ(directory.find(7, "x").unit, "a");
    std::ofstream(proc / "7" / "cgroup") << "0::/system.slice/b.service\n";
    EXPECT_EQ(directory.find(7, "x").unit, "a");
    directory.forget();
    EXPECT_EQ(directory.find(7, "x").unit, "b");
    EXPECT_EQ(directory.find(8, "y").comm, "y");  // no such process: only what is known
    std::filesystem::remove_all(proc);
}

}  // namespace
}  // namespace wiregap::kernel
