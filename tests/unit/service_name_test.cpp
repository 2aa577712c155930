// SPDX-License-Identifier: Apache-2.0
#include "daemon/model/service_name.h"

#include <gtest/gtest.h>

namespace wiregap::model {
namespace {

constexpr std::uint64_t own = 100;
constexpr std::uint64_t other = 200;

ServiceIdentity server(std::uint64_t netns = own) {
    return {.netns_inode = netns, .role = Role::server, .port = 80, .comm = ""};
}
ServiceIdentity client(std::uint64_t netns = own) {
    return {.netns_inode = netns, .role = Role::client, .port = 80, .comm = "curl"};
}
Owner owner(std::string comm, std::string unit = "", std::string container = "") {
    return {.pid = 1,
            .comm = std::move(comm),
            .unit = std::move(unit),
            .container = std::move(container)};
}

TEST(ServiceName, AServerIsItsUnitElseItsContainerElseItsProcess) {
    EXPECT_EQ(service_name(server(), owner("nginx", "web", "0123456789ab"), own), "web");
    EXPECT_EQ(service_name(server(), owner("nginx", "", "0123456789ab"), own), "0123456789ab");
    EXPECT_EQ(service_name(server(), owner("nginx"), own), "nginx");
    EXPECT_EQ(service_name(server(), owner(""), own), "unknown");
}

TEST(ServiceName, AClientIsItsProcess) {
    EXPECT_EQ(service_name(client(), owner("curl", "backup"), own), "curl");
    EXPECT_EQ(service_name(client(), owner("curl", "", "0123456789ab"), own), "curl@0123456789ab");
}

TEST(ServiceName, AnotherNamespaceIsToldApart) {
    EXPECT_EQ(service_name(server(other), owner("nginx"), own), "nginx@netns:200");
    EXPECT_EQ(service_name(server(other), owner("nginx", "web"), own), "web");
    EXPECT_EQ(service_name(client(other), owner("curl"), own), "curl@netns:200");
}

TEST(ServiceName, NamesAreUniqueTogetherWithPortAndRole) {
    std::vector<ServiceSample> services(4);
    for (std::uint32_t i = 0; i < services.size(); ++i) {
        services[i].id = i;
        services[i].identity = server();
        services[i].owner = owner("nginx", "web");
    }
    const auto names = service_names(services, own);
    EXPECT_EQ(names[0], "other");
    EXPECT_EQ(names[1], "web");
    EXPECT_EQ(names[2], "web@netns:100");
    EXPECT_EQ(names[3], "web@netns:100#3");
}

}  // namespace
}  // namespace wiregap::model
