// SPDX-License-Identifier: Apache-2.0
#include "daemon/model/service_name.h"

#include <gtest/gtest.h>

namespace wiregap::model {
namespace {

constexpr std::uint64_t own = 100;
constexpr std::uint64_t other = 200;

ServiceSample of(std::string comm, std::string unit = "", std::string container = "",
                 std::uint64_t netns = own, Role role = Role::server) {
    ServiceSample service{.id = 1};
    service.identity = {.netns_inode = netns, .role = role, .port = 80, .comm = std::move(comm)};
    service.owner.unit = std::move(unit);
    service.owner.container = std::move(container);
    return service;
}

TEST(ServiceName, IsTheContainerElseTheUnitElseTheProgram) {
    for (const Role role : {Role::server, Role::client}) {
        EXPECT_EQ(service_name(of("nginx", "web", "0123456789ab", own, role), own), "0123456789ab");
        EXPECT_EQ(service_name(of("nginx", "web", "", own, role), own), "web");
        EXPECT_EQ(service_name(of("nginx", "", "", own, role), own), "nginx");
        EXPECT_EQ(service_name(of("", "", "", own, role), own), "unknown");
    }
}

TEST(ServiceName, AProgramOfAnotherNamespaceIsToldApart) {
    EXPECT_EQ(service_name(of("nginx", "", "", other), own), "nginx@netns:200");
    EXPECT_EQ(service_name(of("nginx", "web", "", other), own), "web");
    EXPECT_EQ(service_name(of("", "", "pod", other), own), "pod");
}

TEST(ServiceName, AMainThreadThatHasNobodysNameIsItsScript) {
    ServiceSample node = of("MainThread");
    node.owner.comm = "server.js";
    EXPECT_EQ(service_name(node, own), "server.js");
}

TEST(ServiceName, TheOverflowIsOther) { EXPECT_EQ(service_name({}, own), "other"); }

}  // namespace
}  // namespace wiregap::model
