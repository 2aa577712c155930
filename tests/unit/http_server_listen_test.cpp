// SPDX-License-Identifier: Apache-2.0
// Where the server listens: a socket passed to it, IPv6, and why it can't.
#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <atomic>
#include <string>

#include "tests/unit/http_echo.h"

namespace wiregap::exporters {
namespace {

using test::any_port;
using test::EchoServer;
using test::get;
using test::HttpClient;
using test::Log;
using testing::StartsWith;

TEST(HttpServer, TakesOverASocketThatListensAlready) {
    const int passed = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    ASSERT_EQ(bind(passed, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
    ASSERT_EQ(listen(passed, 8), 0);
    socklen_t size = sizeof address;
    getsockname(passed, reinterpret_cast<sockaddr*>(&address), &size);
    Log log;
    config::Web web = any_port();
    web.listen_address = "192.0.2.1";  // nobody's: must not be looked at
    HttpServer server(
        web, [](const Request& request) { return text_response(200, request.path); }, log.writer(),
        HttpServer::Options{.passed_socket = passed});
    server.start();
    EXPECT_EQ(server.port(), ntohs(address.sin_port));
    EXPECT_EQ(server.address(), "127.0.0.1:" + std::to_string(server.port()));
    EXPECT_EQ(HttpClient::body_of(get(server.port(), "/passed")), "/passed\n");
}

std::string listen_fault(const std::string& address, std::uint16_t port) {
    config::Web web;
    web.listen_address = address;
    web.listen_port = port;
    try {
        const HttpServer server(
            web, [](const Request&) { return text_response(200, ""); }, [](const std::string&) {});
    } catch (const ListenError& error) {
        return error.what();
    }
    return "listens";
}

TEST(HttpServer, SaysWhyItCannotListen) {
    EchoServer echo;
    const std::string port = std::to_string(echo.server.port());
    EXPECT_EQ(listen_fault("127.0.0.1", echo.server.port()),
              "cannot listen on 127.0.0.1:" + port +
                  ": Address already in use; change web.listen in the config or stop the other "
                  "process");
    EXPECT_EQ(
        listen_fault("192.0.2.1", 19473),
        "cannot listen on 192.0.2.1:19473: Cannot assign requested address; change web.listen "
        "in the config to an address of this host");
    EXPECT_THAT(listen_fault("2001:db8::1", 19473),
                StartsWith("cannot listen on [2001:db8::1]:19473: "));
    EXPECT_THAT(listen_fault("nonsense", 1), StartsWith("cannot listen on nonsense:1: "));
}

TEST(HttpServer, ListensOnIpv6AndKnowsItsPeers) {
    config::Web web = any_port();
    web.listen_address = "::";
    std::atomic<bool> loopback = false;
    try {
        HttpServer server(
            web,
            [&](const Request& request) {
                loopback = request.loopback_peer;
                return text_response(200, "");
            },
            [](const std::string&) {});
        server.start();
        EXPECT_THAT(get(server.port(), "/"), StartsWith("HTTP/1.1 200 "));
    } catch (const ListenError& error) {
        GTEST_SKIP() << "no IPv6 here: " << error.what();
    }
    EXPECT_TRUE(loopback) << "127.0.0.1 as ::ffff:127.0.0.1";
}

}  // namespace
}  // namespace wiregap::exporters
