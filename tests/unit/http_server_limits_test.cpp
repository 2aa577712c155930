// SPDX-License-Identifier: Apache-2.0
// The server and clients that ask too much, send garbage, trickle, stay or do not read.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <string>
#include <thread>

#include "tests/unit/http_echo.h"

namespace wiregap::exporters {
namespace {

using test::any_port;
using test::Clock;
using test::EchoServer;
using test::get;
using test::HttpClient;
using test::Log;
using test::seconds_since;
using testing::StartsWith;

/// Without a byte more.
double seconds_until_closed(HttpClient& client) {
    const auto start = Clock::now();
    EXPECT_EQ(client.read_to_end(), "");
    return seconds_since(start);
}

TEST(HttpServer, RefusesALargeHeader) {
    EchoServer echo;
    for (const std::size_t size : {std::size_t{9000}, std::size_t{200000}}) {
        HttpClient client(echo.server.port());
        client.send("GET / HTTP/1.1\r\nHost: x\r\nX: " + std::string(size, 'a') + "\r\n\r\n");
        const std::string answer = client.read_to_end();
        EXPECT_THAT(answer, StartsWith("HTTP/1.1 431 ")) << size;
        EXPECT_EQ(HttpClient::body_of(answer), "the request's header is larger than 8 KiB\n");
    }
    const std::string fits = "X: " + std::string(7000, 'a') + "\r\n";
    EXPECT_THAT(get(echo.server.port(), "/", fits), StartsWith("HTTP/1.1 200 "));
}

TEST(HttpServer, RefusesALargeBody) {
    EchoServer echo;
    const auto post = [&](std::size_t size) {
        HttpClient client(echo.server.port());
        client.send("POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: " +
                    std::to_string(size) + "\r\n\r\n" + std::string(size, 'b'));
        return client.read_to_end();
    };
    EXPECT_THAT(post(1024), StartsWith("HTTP/1.1 200 "));
    EXPECT_THAT(post(1025), StartsWith("HTTP/1.1 413 "));
    EXPECT_THAT(post(100000), StartsWith("HTTP/1.1 413 "));
    HttpClient chunked(echo.server.port());
    chunked.send("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n800\r\n" +
                 std::string(2048, 'c') + "\r\n0\r\n\r\n");
    EXPECT_THAT(chunked.read_to_end(), StartsWith("HTTP/1.1 413 "));
}

TEST(HttpServer, AnswersGarbageWith400) {
    EchoServer echo;
    for (const char* garbage :
         {"\x16\x03\x01\x02\x01\xfc\x03\r\n\r\n", "GET\r\n\r\n", "GET / HTTP/9.9\r\n\r\n",
          "GET / HTTP/1.1\r\nbad header\r\n\r\n", "GET / HTTP/1.1\r\nContent-Length: -5\r\n\r\n"}) {
        HttpClient client(echo.server.port());
        client.send(garbage);
        const std::string answer = client.read_to_end();
        EXPECT_THAT(answer, StartsWith("HTTP/1.1 400 ")) << garbage;
        EXPECT_EQ(HttpClient::body_of(answer), "this is not an HTTP/1.1 request\n");
    }
}

TEST(HttpServer, RefusesWhatAProxyMightReadDifferently) {
    EchoServer echo;
    const auto refusal = [&](const std::string& header) {
        HttpClient client(echo.server.port());
        client.send("GET / HTTP/1.1\r\n" + header + "\r\n");
        const std::string answer = client.read_to_end();
        EXPECT_THAT(answer, StartsWith("HTTP/1.1 400 ")) << header;
        return HttpClient::body_of(answer);
    };
    EXPECT_EQ(refusal("Connection: close\r\n"), "an HTTP/1.1 request needs a Host header\n");
    EXPECT_EQ(refusal("Host: a\r\nHost: b\r\n"), "there are two Host headers; send one\n");
    for (const char* coding : {"gzip", "gzip, chunked", "identity", "x"}) {
        EXPECT_EQ(refusal("Host: a\r\nTransfer-Encoding: " + std::string(coding) +
                          "\r\n\r\n5\r\nhello\r\n0\r\n"),
                  "this Transfer-Encoding is not known; only chunked is\n")
            << coding;
    }
}

TEST(HttpServer, TakesChunkedInAnyCase) {
    EchoServer echo;
    HttpClient client(echo.server.port());
    client.send("POST /a HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: Chunked\r\n\r\n0\r\n\r\n");
    EXPECT_THAT(client.read_answer(), StartsWith("HTTP/1.1 200 "));
}

TEST(HttpServer, SurvivesPeersThatVanish) {
    EchoServer echo;
    for (int i = 0; i < 50; ++i) {
        HttpClient client(echo.server.port());
        client.send(i % 2 == 0 ? "GET / HT" : "GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    }
    EXPECT_THAT(get(echo.server.port(), "/"), StartsWith("HTTP/1.1 200 "));
}

TEST(HttpServer, GivesUpOnASlowRequestHoweverItTrickles) {
    config::Web web = any_port();
    web.request_timeout_seconds = 0.4;
    EchoServer echo(web);
    HttpClient client(echo.server.port());
    const auto start = Clock::now();
    const std::string request = "GET / HTTP/1.1\r\nHost: " + std::string(1000, 'x');
    std::size_t sent = 0;
    while (sent < request.size() && client.send(request.substr(sent++, 1))) {
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    EXPECT_LT(seconds_since(start), 5);
    EXPECT_GT(seconds_since(start), 0.35);
    EXPECT_EQ(client.read_to_end(), "");
}

TEST(HttpServer, GivesUpOnASilentPeer) {
    config::Web web = any_port();
    web.request_timeout_seconds = 0.3;
    EchoServer echo(web);
    HttpClient client(echo.server.port());
    const double seconds = seconds_until_closed(client);
    EXPECT_GT(seconds, 0.25);
    EXPECT_LT(seconds, 5);
}

TEST(HttpServer, AnIdleConnectionMayStayLongerThanARequestMayTake) {
    config::Web web = any_port();
    web.request_timeout_seconds = 0.2;
    EchoServer echo(web, 2.0);
    HttpClient client(echo.server.port());
    const std::string request = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";
    client.send(request);
    EXPECT_THAT(client.read_answer(), StartsWith("HTTP/1.1 200 "));
    std::this_thread::sleep_for(std::chrono::milliseconds(500));
    client.send(request);
    EXPECT_THAT(client.read_answer(), StartsWith("HTTP/1.1 200 "));
    const double seconds = seconds_until_closed(client);
    EXPECT_GT(seconds, 1.5);
    EXPECT_LT(seconds, 8);
}

TEST(HttpServer, GivesUpOnAPeerThatDoesNotReadItsAnswer) {
    config::Web web = any_port();
    web.request_timeout_seconds = 0.3;
    web.max_connections = 1;
    const auto page = std::make_shared<const std::string>(std::size_t{64} << 20, 'p');
    Log log;
    HttpServer server(
        web,
        [&](const Request&) {
            return Response{200, "text/plain", page, {}};
        },
        log.writer());
    server.start();
    HttpClient deaf(server.port(), 4096);
    deaf.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    ASSERT_TRUE(deaf.read_some());
    // Its place is free again when the server has given up.
    const auto start = Clock::now();
    std::string answer;
    while (seconds_since(start) < 8 && answer.rfind("HTTP/1.1 200", 0) != 0) {
        HttpClient next(server.port());
        next.send("HEAD / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
        answer = next.read_to_end();
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    EXPECT_THAT(answer, StartsWith("HTTP/1.1 200 "));
    EXPECT_LT(deaf.read_to_end().size(), page->size());
}

TEST(HttpServer, OneConnectionTooManyIsTold) {
    config::Web web = any_port();
    web.max_connections = 2;
    EchoServer echo(web);
    const std::string request = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";
    {
        HttpClient first(echo.server.port());
        HttpClient second(echo.server.port());
        for (HttpClient* const client : {&first, &second}) {
            client->send(request);
            EXPECT_THAT(client->read_answer(), StartsWith("HTTP/1.1 200 "));
            client->send("GET / HT");  // busy: its next request is on its way in
        }
        const std::string refused = get(echo.server.port(), "/");
        EXPECT_THAT(refused, StartsWith("HTTP/1.1 503 "));
        EXPECT_EQ(HttpClient::body_of(refused),
                  "too many connections; try again, or raise web.max_connections\n");
    }
    std::string answer;
    for (int i = 0; i < 100 && answer.rfind("HTTP/1.1 200", 0) != 0; ++i) {
        answer = get(echo.server.port(), "/");
    }
    EXPECT_THAT(answer, StartsWith("HTTP/1.1 200 ")) << "after the two have gone";
}

TEST(HttpServer, TheLongestIdleConnectionGivesWayToANewcomer) {
    config::Web web = any_port();
    web.max_connections = 2;
    EchoServer echo(web);
    const std::string request = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";
    const auto ask = [&](HttpClient& client) {
        client.send(request);
        return client.read_answer();
    };
    HttpClient first(echo.server.port());
    HttpClient second(echo.server.port());
    EXPECT_THAT(ask(first), StartsWith("HTTP/1.1 200 "));
    EXPECT_THAT(ask(second), StartsWith("HTTP/1.1 200 "));
    EXPECT_THAT(ask(first), StartsWith("HTTP/1.1 200 "));  // so second is idle for longer
    EXPECT_THAT(get(echo.server.port(), "/"), StartsWith("HTTP/1.1 200 "));
    EXPECT_EQ(second.read_to_end(), "") << "closed without a word";
    EXPECT_THAT(ask(first), StartsWith("HTTP/1.1 200 ")) << "still there";
    for (int i = 0; i < 20; ++i) {
        EXPECT_THAT(get(echo.server.port(), "/"), StartsWith("HTTP/1.1 200 ")) << i;
    }
}

}  // namespace
}  // namespace wiregap::exporters
