// SPDX-License-Identifier: Apache-2.0
#include <arpa/inet.h>
#include <gtest/gtest.h>

#include <set>
#include <string>

#include "daemon/model/connection.h"
#include "daemon/model/service.h"

namespace wiregap::model {
namespace {

Endpoint endpoint(const char* text, std::uint16_t port) {
    Endpoint result;
    result.port = port;
    result.ipv6 = std::string(text).find(':') != std::string::npos;
    EXPECT_EQ(inet_pton(result.ipv6 ? AF_INET6 : AF_INET, text, result.address.data()), 1);
    return result;
}

TEST(Names, Roles) {
    EXPECT_EQ(to_string(Role::server), "server");
    EXPECT_EQ(to_string(Role::client), "client");
}

TEST(Names, CloseCausesAreInTheOrderOfTheEnum) {
    EXPECT_EQ(to_string(CloseCause::fin), "fin");
    EXPECT_EQ(to_string(CloseCause::reset_by_peer), "reset_by_peer");
    EXPECT_EQ(to_string(CloseCause::reset_by_us), "reset_by_us");
    EXPECT_EQ(to_string(CloseCause::timeout), "timeout");
}

TEST(Names, ShortfallsAreInTheOrderOfTheEnum) {
    EXPECT_EQ(to_string(Shortfall::partial), "partial");
    EXPECT_EQ(to_string(Shortfall::would_block), "would_block");
    EXPECT_EQ(to_string(Shortfall::error), "error");
}

TEST(Names, TcpStatesAreTheKernelsNumbers) {
    EXPECT_EQ(tcp_state_name(1), "established");
    EXPECT_EQ(tcp_state_name(6), "time_wait");
    EXPECT_EQ(tcp_state_name(8), "close_wait");
    EXPECT_EQ(tcp_state_name(10), "listen");
    EXPECT_EQ(tcp_state_name(11), "closing");
    EXPECT_EQ(tcp_state_name(12), "new_syn_recv");
}

TEST(Names, AStateThatTheKernelAddsLaterIsUnknown) {
    EXPECT_EQ(tcp_state_name(13), "unknown");
    EXPECT_EQ(tcp_state_name(4000000000U), "unknown");
}

TEST(Names, EveryTcpStateHasANameOfItsOwn) {
    std::set<std::string_view> names;
    for (unsigned state = 0; state < tcp_states; ++state) names.insert(tcp_state_name(state));
    EXPECT_EQ(names.size(), tcp_states);
}

TEST(Names, Endpoints) {
    EXPECT_EQ(to_string(endpoint("127.0.0.1", 6379)), "127.0.0.1:6379");
    EXPECT_EQ(to_string(endpoint("::1", 6379)), "[::1]:6379");
    EXPECT_EQ(to_string(endpoint("2001:db8::7", 65535)), "[2001:db8::7]:65535");
    EXPECT_EQ(to_string(Endpoint{}), "0.0.0.0:0");
}

TEST(Names, AnIpv4MappedAddressIsShownAsIpv4) {
    EXPECT_EQ(to_string(endpoint("::ffff:10.1.2.3", 80)), "10.1.2.3:80");
    EXPECT_EQ(to_string(endpoint("::10.1.2.3", 80)), "[::10.1.2.3]:80");
}

}  // namespace
}  // namespace wiregap::model
