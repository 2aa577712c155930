// SPDX-License-Identifier: Apache-2.0
// The server over real sockets on 127.0.0.1: what it answers, and how it ends.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <memory>
#include <stdexcept>
#include <thread>
#include <vector>

#include "exporters/web/routes.h"
#include "tests/unit/gunzip.h"
#include "tests/unit/http_echo.h"
#include "tests/unit/sample_snapshot.h"

namespace wiregap::exporters {
namespace {

using test::any_port;
using test::Clock;
using test::EchoServer;
using test::get;
using test::HttpClient;
using test::Log;
using test::seconds_since;
using testing::HasSubstr;
using testing::StartsWith;

TEST(HttpServer, AnswersWithSecurityHeadersOnEverything) {
    EchoServer echo;
    const std::string answer = get(echo.server.port(), "/x?a=b");
    EXPECT_THAT(answer, StartsWith("HTTP/1.1 200 OK\r\n"));
    EXPECT_EQ(HttpClient::body_of(answer), "/x\n");
    for (const char* header :
         {"Content-Type: text/plain; charset=utf-8\r\n", "Content-Length: 3\r\n",
          "X-Content-Type-Options: nosniff\r\n", "X-Frame-Options: DENY\r\n",
          "Content-Security-Policy: default-src 'none';", "Cache-Control: no-store\r\n",
          "Referrer-Policy: no-referrer\r\n"}) {
        EXPECT_THAT(answer, HasSubstr(header));
    }
}

TEST(HttpServer, ServesTheWholeSite) {
    SnapshotHolder holder;
    holder.publish(std::make_shared<const model::Snapshot>(test::sample_snapshot()));
    Routes routes(holder, {"0.1.0", "gcc", ""}, 2);
    Log log;
    HttpServer server(
        any_port(), [&](const Request& request) { return routes.answer(request); }, log.writer());
    server.start();
    const std::string plain = get(server.port(), "/metrics");
    EXPECT_THAT(plain, HasSubstr("Content-Type: text/plain; version=0.0.4; charset=utf-8\r\n"));
    const std::string zipped = get(server.port(), "/metrics", "Accept-Encoding: gzip\r\n");
    EXPECT_THAT(zipped, HasSubstr("Content-Encoding: gzip\r\n"));
    EXPECT_EQ(test::gunzip(HttpClient::body_of(zipped)), HttpClient::body_of(plain));
    EXPECT_THAT(get(server.port(), "/api/v1/services?port=6379"), HasSubstr("\"redis-server\""));
    HttpClient lured(server.port());
    lured.send("GET /api/v1/self HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n");
    EXPECT_THAT(lured.read_to_end(), StartsWith("HTTP/1.1 403 Forbidden\r\n"));
    EXPECT_THAT(get(server.port(), "/nothing"), StartsWith("HTTP/1.1 404 Not Found\r\n"));
}

/// A server that answers "proxied" or "direct".
struct ProxyWitness {
    ProxyWitness() { server.start(); }
    Log log;
    HttpServer server{any_port(),
                      [](const Request& request) {
                          return text_response(200, request.proxied ? "proxied" : "direct");
                      },
                      log.writer()};
};

TEST(HttpServer, ATraceOfAProxyIsSeen) {
    ProxyWitness witness;
    EXPECT_EQ(HttpClient::body_of(get(witness.server.port(), "/")), "direct\n");
    for (const char* header :
         {"Forwarded: for=192.0.2.1", "Via: 1.1 gateway", "X-Forwarded-For: 192.0.2.1",
          "x-forwarded-proto: https", "X-FORWARDED-HOST: a", "X-Real-IP: 192.0.2.1"}) {
        EXPECT_EQ(
            HttpClient::body_of(get(witness.server.port(), "/", std::string(header) + "\r\n")),
            "proxied\n")
            << header;
    }
    EXPECT_EQ(HttpClient::body_of(get(witness.server.port(), "/", "X-Forward: a\r\n")), "direct\n");
}

TEST(HttpServer, ARequestInHttp10IsTakenForAProxys) {
    ProxyWitness witness;
    HttpClient nginx(witness.server.port());
    nginx.send("GET / HTTP/1.0\r\nHost: 127.0.0.1:19473\r\nConnection: close\r\n\r\n");
    EXPECT_EQ(HttpClient::body_of(nginx.read_to_end()), "proxied\n");
}

TEST(HttpServer, HeadHasTheHeadersAndNoBody) {
    EchoServer echo;
    HttpClient client(echo.server.port());
    client.send("HEAD /abc HTTP/1.1\r\nHost: x\r\n\r\n");
    const std::string answer = client.read_answer(true);
    EXPECT_THAT(answer, HasSubstr("Content-Length: 5\r\n"));
    EXPECT_THAT(answer, testing::EndsWith("\r\n\r\n"));
    client.send("GET /next HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    EXPECT_THAT(client.read_to_end(), StartsWith("HTTP/1.1 200 OK\r\n")) << "nothing in between";
}

TEST(HttpServer, KeepsTheConnectionForMoreRequestsAlsoPipelinedOnes) {
    EchoServer echo;
    HttpClient client(echo.server.port());
    for (const char* path : {"/1", "/2"}) {
        client.send(std::string("GET ") + path + " HTTP/1.1\r\nHost: x\r\n\r\n");
        EXPECT_EQ(HttpClient::body_of(client.read_answer()), std::string(path) + "\n");
    }
    client.send("GET /3 HTTP/1.1\r\nHost: x\r\n\r\nGET /4 HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT_EQ(HttpClient::body_of(client.read_answer()), "/3\n");
    EXPECT_EQ(HttpClient::body_of(client.read_answer()), "/4\n");
}

TEST(HttpServer, ClosesForHttp10AndOnRequest) {
    EchoServer echo;
    HttpClient client(echo.server.port());
    client.send("GET /old HTTP/1.0\r\n\r\n");
    EXPECT_EQ(HttpClient::body_of(client.read_to_end()), "/old\n");
}

TEST(HttpServer, TakesTheAbsoluteForm) {
    EchoServer echo;
    EXPECT_EQ(HttpClient::body_of(get(echo.server.port(), "http://host:1/p?q=http://x")), "/p\n");
    EXPECT_EQ(HttpClient::body_of(get(echo.server.port(), "/p?q=http://x")), "/p\n");
}

TEST(HttpServer, ManyAtOnceAreAllAnswered) {
    EchoServer echo;
    std::atomic<int> answered = 0;
    std::vector<std::thread> clients;
    for (int i = 0; i < 8; ++i) {
        clients.emplace_back([&] {
            for (int j = 0; j < 25; ++j) {
                if (get(echo.server.port(), "/").rfind("HTTP/1.1 200", 0) == 0) ++answered;
            }
        });
    }
    for (std::thread& client : clients) client.join();
    EXPECT_EQ(answered, 200);
}

TEST(HttpServer, AHandlerThatThrowsIsA500AndALogLine) {
    Log log;
    HttpServer server(
        any_port(),
        [](const Request& request) -> Response {
            if (request.path == "/int") throw 7;  // NOLINT: anything may be thrown
            throw std::runtime_error("no <memory>");
        },
        log.writer());
    server.start();
    const std::string answer = get(server.port(), "/x");
    EXPECT_THAT(answer, StartsWith("HTTP/1.1 500 "));
    EXPECT_EQ(HttpClient::body_of(answer),
              "the request could not be answered; see the log of wiregapd\n");
    EXPECT_THAT(get(server.port(), "/int"), StartsWith("HTTP/1.1 500 "));
    EXPECT_EQ(log.lines(),
              (std::vector<std::string>{"an HTTP request could not be answered: no <memory>",
                                        "an HTTP request could not be answered: unknown error"}));
}

TEST(HttpServer, StopsAtOnceWithOpenConnections) {
    auto echo = std::make_unique<EchoServer>();
    HttpClient client(echo->server.port());
    client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT_THAT(client.read_answer(), StartsWith("HTTP/1.1 200 "));
    const auto start = Clock::now();
    echo->server.stop();
    echo->server.stop();
    echo.reset();
    EXPECT_LT(seconds_since(start), 1);
    EXPECT_EQ(client.read_to_end(), "");
}

TEST(HttpServer, SnapshotsMayChangeWhileTheyAreServed) {
    SnapshotHolder holder;
    Routes routes(holder, {"0.1.0", "gcc", ""}, 1);
    Log log;
    HttpServer server(
        any_port(), [&](const Request& request) { return routes.answer(request); }, log.writer());
    server.start();
    std::atomic<bool> done = false;
    std::thread loop([&] {
        for (std::uint64_t sequence = 1; !done; ++sequence) {
            auto snapshot = std::make_shared<model::Snapshot>(test::sample_snapshot());
            snapshot->sequence = sequence;
            holder.publish(std::move(snapshot));
            std::this_thread::sleep_for(std::chrono::milliseconds(1));
        }
    });
    for (int i = 0; i < 50; ++i) {
        for (const char* path : {"/metrics", "/api/v1/connections", "/", "/-/ready"}) {
            EXPECT_THAT(get(server.port(), path), StartsWith("HTTP/1.1 ")) << path;
        }
    }
    done = true;
    loop.join();
}

}  // namespace
}  // namespace wiregap::exporters
