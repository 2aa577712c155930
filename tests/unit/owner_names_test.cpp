// SPDX-License-Identifier: Apache-2.0
// Units, containers and guests out of control groups, as the managers write them; workloads out of
// pods' names.
#include "daemon/kernel/host/owner_names.h"

#include <gtest/gtest.h>

#include <string>

namespace wiregap::kernel {
namespace {

const std::string id(64, 'a');

TEST(OwnerNames, SystemdUnit) {
    EXPECT_EQ(parse_cgroup("0::/system.slice/redis-server.service\n").unit, "redis-server");
    EXPECT_EQ(parse_cgroup("0::/system.slice/system-redis.slice/redis@a.service\n").unit,
              "redis@a");
    EXPECT_EQ(parse_cgroup("0::/system.slice/a\033b.service\n").unit, "a?b");
}

TEST(OwnerNames, AUserSessionIsNoService) {
    const auto group =
        parse_cgroup("0::/user.slice/user-0.slice/user@0.service/app.slice/session-3.scope\n");
    EXPECT_EQ(group, Group());
}

TEST(OwnerNames, AUsersUnitIsNotTheSystemsOfThatName) {
    const std::string manager = "0::/user.slice/user-1000.slice/user@1000.service/app.slice/";
    EXPECT_EQ(parse_cgroup(manager + "nginx.service\n").unit, "nginx@1000");
}

TEST(OwnerNames, Containers) {
    const std::string shown(12, 'a');
    for (const std::string& path :
         {"/system.slice/docker-" + id + ".scope", "/docker/" + id,
          "/machine.slice/libpod-" + id + ".scope/container",
          "/kubepods.slice/kubepods-pod1.slice/cri-containerd-" + id + ".scope",
          "/kubepods.slice/kubepods-pod1.slice/crio-" + id + ".scope",
          "/kubepods/burstable/pod1/" + id,
          "/system.slice/containerd.service/kubepods-burstable-pod1.slice:cri-containerd:" + id,
          "/kubelet.slice/kubelet-kubepods.slice/cri-containerd-" + id + ".scope",
          "/system.slice/containerd.service/" + id}) {
        EXPECT_EQ(parse_cgroup("0::" + path + "\n").container, shown) << path;
        EXPECT_EQ(parse_cgroup("0::" + path + "\n").unit, "") << path;
        EXPECT_EQ(parse_cgroup("0::" + path + "\n").kubernetes,
                  path.find("kubepods") != std::string::npos)
            << path;
    }
}

TEST(OwnerNames, Guests) {
    EXPECT_EQ(parse_cgroup("0::/lxc.payload.web/system.slice/nginx.service\n").container, "web");
    EXPECT_EQ(parse_cgroup("0::/lxc.payload.web/system.slice/nginx.service\n").unit, "")
        << "inside, units are the guest's own";
    EXPECT_EQ(parse_cgroup("0::/lxc/101/ns\n").container, "101");
    EXPECT_EQ(parse_cgroup("0::/machine.slice/machine-db.scope/payload\n").container, "db");
    const auto nspawn = parse_cgroup(
        "0::/machine.slice/systemd-nspawn@db.service/payload/system.slice/nginx.service\n");
    EXPECT_EQ(nspawn.container, "db");
    EXPECT_EQ(nspawn.unit, "");
    EXPECT_EQ(
        parse_cgroup("0::/machine.slice/machine-qemu\\x2d7\\x2dmail\\x2dhost.scope\n").container,
        "mail-host")
        << "the number is of this start";
    EXPECT_EQ(parse_cgroup("0::/machine.slice/machine-a\\x2.scope\n").container, "a\\x2");
}

TEST(OwnerNames, VersionOneKeepsSystemdsTreeApart) {
    const auto group = parse_cgroup(
        "12:cpu,cpuacct:/x.service\n1:name=systemd:/system.slice/nginx.service\n0::/\n");
    EXPECT_EQ(group.unit, "nginx");
}

TEST(OwnerNames, NonsenseIsNobody) {
    for (const char* text : {"", "\n", ":", "0:", "0::", "::/.service", "docker-zz.scope"})
        EXPECT_EQ(parse_cgroup(text).container, "") << text;
}

TEST(OwnerNames, APodIsItsWorkload) {
    EXPECT_EQ(workload_of("web-7d4b9c6f5d-x2v9z"), "web");
    EXPECT_EQ(workload_of("my-web-app-5f6c8-bcdfg"), "my-web-app-5f6c8") << "too short for a hash";
    EXPECT_EQ(workload_of("fluentd-x2v9z"), "fluentd");
    EXPECT_EQ(workload_of("backup-28391045-x2v9z"), "backup");
    EXPECT_EQ(workload_of("redis-0"), "redis");
    EXPECT_EQ(workload_of("redis-11"), "redis");
    EXPECT_EQ(workload_of("front-proxy"), "front-proxy") << "a name has vowels";
    EXPECT_EQ(workload_of("web"), "web");
    EXPECT_EQ(workload_of("-x2v9z"), "-x2v9z");
}

TEST(OwnerNames, AContainerIsCalledAsTheConfigurationSays) {
    using enum config::ContainerNames;
    const Group pod{.unit = "", .container = "aaaaaaaaaaaa", .kubernetes = true};
    const Group docker{.unit = "", .container = "aaaaaaaaaaaa", .kubernetes = false};
    EXPECT_EQ(container_name(pod, "web-7d4b9c6f5d-x2v9z", workload), "web");
    EXPECT_EQ(container_name(pod, "web-7d4b9c6f5d-x2v9z", node), "web-7d4b9c6f5d-x2v9z");
    EXPECT_EQ(container_name(pod, "web-7d4b9c6f5d-x2v9z", config::ContainerNames::id),
              "aaaaaaaaaaaa");
    EXPECT_EQ(container_name(docker, "redis-0", workload), "redis-0") << "no pod";
    EXPECT_EQ(container_name(docker, "", workload), "aaaaaaaaaaaa");
}

TEST(OwnerNames, AProgramWithNobodysNameIsItsScript) {
    EXPECT_EQ(program_name("MainThread", {"/usr/bin/node", "/srv/app/server.js"}), "server.js");
    EXPECT_EQ(program_name("MainThread", {"/usr/bin/node", "--inspect"}), "node");
    EXPECT_EQ(program_name("MainThread", {}), "MainThread");
    EXPECT_EQ(program_name("redis-server", {"/usr/bin/redis-check-rdb"}), "redis-server");
}

}  // namespace
}  // namespace wiregap::kernel
