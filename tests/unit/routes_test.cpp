// SPDX-License-Identifier: Apache-2.0
// The routes without a socket: who may ask what, and what comes back.
#include "exporters/web/routes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "exporters/json/overview.h"
#include "exporters/web/gzip.h"
#include "exporters/web/page_files.h"
#include "exporters/web/peer.h"
#include "exporters/web/readiness.h"
#include "tests/unit/gunzip.h"
#include "tests/unit/sample_snapshot.h"

namespace wiregap::exporters {
namespace {

using testing::HasSubstr;

class RoutesTest : public testing::Test {
  protected:
    void publish(model::Snapshot snapshot) {
        holder_.publish(std::make_shared<const model::Snapshot>(std::move(snapshot)));
    }
    Response get(const std::string& path, const std::string& query = "") {
        return routes_.answer({"GET", path, query, "127.0.0.1:19473", "", true});
    }
    static std::string header(const Response& response, const std::string& name) {
        const auto found = std::find_if(response.headers.begin(), response.headers.end(),
                                        [&](const auto& header) { return header.first == name; });
        return found == response.headers.end() ? "" : found->second;
    }

    SnapshotHolder holder_;
    Routes routes_{holder_, {"0.1.0", "gcc", ""}, 2};
};

TEST_F(RoutesTest, MetricsHaveTheContentTypeThatPrometheusWants) {
    publish(test::sample_snapshot());
    const Response response = get("/metrics");
    EXPECT_EQ(response.status, 200U);
    EXPECT_EQ(response.content_type, "text/plain; version=0.0.4; charset=utf-8");
    EXPECT_THAT(*response.body, HasSubstr("wiregap_written_bytes_total{"));
    EXPECT_THAT(*response.body, HasSubstr("\nprocess_cpu_seconds_total "));
    EXPECT_EQ(header(response, "Content-Encoding"), "");
    EXPECT_EQ(header(response, "Vary"), "Accept-Encoding");
}

TEST_F(RoutesTest, MetricsFollowTheLatestSnapshot) {
    model::Snapshot snapshot = test::sample_snapshot();
    publish(snapshot);
    EXPECT_THAT(*get("/metrics").body, HasSubstr("role=\"server\"} 1001\n"));
    snapshot.sequence++;
    snapshot.services[0].counters.written_bytes = 5005;
    publish(snapshot);
    EXPECT_THAT(*get("/metrics").body, HasSubstr("role=\"server\"} 5005\n"));
}

TEST_F(RoutesTest, OneSnapshotIsOnePageForAll) {
    publish(test::sample_snapshot());
    EXPECT_EQ(get("/metrics").body, get("/metrics").body) << "the same text, not a copy";
}

TEST_F(RoutesTest, GzippedMetricsAreTheSameMetrics) {
    publish(test::sample_snapshot());
    const Response plain = get("/metrics");
    const Response zipped = routes_.answer({"GET", "/metrics", "", "", "gzip", false});
    EXPECT_EQ(header(zipped, "Content-Encoding"), "gzip");
    EXPECT_LT(zipped.body->size(), plain.body->size() / 4);
    EXPECT_EQ(test::gunzip(*zipped.body), *plain.body);
}

TEST_F(RoutesTest, BeforeTheFirstSnapshotItSaysSo) {
    for (const char* path : {"/metrics", "/api/v1/overview", "/api/v1/services",
                             "/api/v1/connections", "/api/v1/self"}) {
        EXPECT_EQ(get(path).status, 503U) << path;
        EXPECT_EQ(*get(path).body, "the kernel has not been read yet; try again after one tick\n");
    }
    EXPECT_EQ(get("/-/healthy").status, 200U);
    EXPECT_EQ(get("/-/ready").status, 503U);
    EXPECT_EQ(get("/").status, 200U);
}

TEST_F(RoutesTest, ReadyNeedsAFreshSnapshot) {
    model::Snapshot snapshot = test::sample_snapshot();
    publish(snapshot);  // taken 123 ns after boot
    EXPECT_EQ(get("/-/ready").status, 503U);
    timespec now{};
    clock_gettime(CLOCK_MONOTONIC, &now);
    snapshot.taken_ns = static_cast<std::uint64_t>(now.tv_sec) * 1'000'000'000U;
    publish(snapshot);
    EXPECT_EQ(get("/-/ready").status, 200U);
}

TEST_F(RoutesTest, DetailIsForThisHostOnly) {
    publish(test::sample_snapshot());
    for (const char* path : {"/api/v1/services", "/api/v1/connections", "/api/v1/self"}) {
        EXPECT_EQ(get(path).status, 200U) << path;
        EXPECT_EQ(get(path).content_type, "application/json");
        const Response refused = routes_.answer({"GET", path, "", "127.0.0.1", "", false});
        EXPECT_EQ(refused.status, 403U) << path;
        EXPECT_EQ(
            *refused.body,
            "connection detail is for this host, without a proxy in between, and for users; ask "
            "http://127.0.0.1 from it, or set web.config_file\n");
    }
    EXPECT_EQ(routes_.answer({"GET", "/metrics", "", "db1.example", "", false}).status, 200U);
}

TEST_F(RoutesTest, DetailIsNotForAForeignNameThatPointsHere) {
    publish(test::sample_snapshot());
    EXPECT_EQ(
        routes_.answer({"GET", "/api/v1/services", "", "evil.example:19473", "", true}).status,
        403U);
    EXPECT_EQ(routes_.answer({"GET", "/api/v1/services", "", "localhost:19473", "", true}).status,
              200U);
}

TEST_F(RoutesTest, DetailIsNotForWhoComesThroughAProxy) {
    publish(test::sample_snapshot());
    Request request{"GET", "/api/v1/connections", "", "127.0.0.1:19473", "", true};
    request.proxied = true;
    EXPECT_EQ(routes_.answer(request).status, 403U);
    request.authenticated = true;
    EXPECT_EQ(routes_.answer(request).status, 200U);
}

TEST_F(RoutesTest, WrongQueriesAreOneLineOfJson) {
    publish(test::sample_snapshot());
    const Response response = get("/api/v1/connections", "port=<script>");
    EXPECT_EQ(response.status, 400U);
    EXPECT_EQ(response.content_type, "application/json");
    EXPECT_EQ(*response.body, "{\"error\":\"port must be a whole number from 0 to 65535\"}\n");
    EXPECT_EQ(get("/api/v1/services", "limit=3").status, 400U);
}

TEST_F(RoutesTest, OtherPagesAndMethodsAreRefusedWithoutAnEcho) {
    EXPECT_EQ(get("/<script>").status, 404U);
    EXPECT_EQ(*get("/<script>").body, "no such page; /metrics, /api/v1/ and / are there\n");
    EXPECT_EQ(get("/metrics/").status, 404U);
    const Response response = routes_.answer({"POST", "/metrics", "", "", "", true});
    EXPECT_EQ(response.status, 405U);
    EXPECT_EQ(header(response, "Allow"), "GET, HEAD");
    EXPECT_EQ(*response.body, "only GET and HEAD are answered here\n");
}

TEST_F(RoutesTest, ThePageIsItsFiles) {
    for (const PageFile& file : page_files()) {
        const std::string path(file.path);
        EXPECT_EQ(get(path).status, 200U) << path;
        EXPECT_EQ(get(path).content_type, file.content_type) << path;
        EXPECT_EQ(*get(path).body, file.bytes) << path;
        const Response zipped = routes_.answer({"GET", path, "", "db1.example", "gzip", false});
        EXPECT_EQ(test::gunzip(*zipped.body), file.bytes) << path;
    }
    EXPECT_EQ(get("/page/").status, 404U);
    EXPECT_EQ(get("/page/index.html").status, 404U) << "it is /, and nothing else";
}

// What the Content-Security-Policy would forbid, and what would need another host.
TEST(Page, NamesOnlyFilesThatAreThereAndHoldsNoScriptOrStyle) {
    const auto files = page_files();
    const auto index =
        std::find_if(files.begin(), files.end(), [](const auto& f) { return f.path == "/"; });
    ASSERT_NE(index, files.end());
    const std::string html(index->bytes);
    for (const char* what : {"<style", "style=", "onclick", "javascript:", "http://", "https://"})
        EXPECT_THAT(html, testing::Not(HasSubstr(what)));
    std::size_t named = 0;
    for (std::size_t at = html.find("\"page/"); at != std::string::npos;
         at = html.find("\"page/", at + 1), ++named) {
        const std::string path = "/" + html.substr(at + 1, html.find('"', at + 1) - at - 1);
        EXPECT_TRUE(std::any_of(files.begin(), files.end(), [&](const auto& file) {
            return file.path == path;
        })) << path;
    }
    EXPECT_EQ(named, 3U);
}

nlohmann::json parsed(const Response& response) { return nlohmann::json::parse(*response.body); }

TEST_F(RoutesTest, TheOverviewIsForAllAndItsConnectionsAreNot) {
    publish(test::sample_snapshot());
    const nlohmann::json all = parsed(get("/api/v1/overview"));
    EXPECT_EQ(all["connections"]["rows"].size(), 1U);
    EXPECT_FALSE(all.contains("withheld"));
    const Response answer =
        routes_.answer({"GET", "/api/v1/overview", "", "db1.example", "", false});
    EXPECT_EQ(answer.status, 200U);
    const nlohmann::json some = parsed(answer);
    EXPECT_EQ(some["services"], all["services"]);
    EXPECT_FALSE(some.contains("connections"));
    EXPECT_THAT(some["withheld"].get<std::string>(), HasSubstr("for this host"));
    EXPECT_THAT(*answer.body, testing::Not(HasSubstr("45678"))) << "no peer's address";
}

TEST_F(RoutesTest, TheOverviewHasItsColumnsOfEachRowAndTheSnapshotsValues) {
    publish(test::sample_snapshot());
    const nlohmann::json overview = parsed(get("/api/v1/overview"));
    for (const auto& [list, url] : {std::pair{"services", "/api/v1/services"},
                                    std::pair{"connections", "/api/v1/connections"}}) {
        const nlohmann::json full = parsed(get(url))[list][0];
        const nlohmann::json& row = overview[list]["rows"][0];
        for (const nlohmann::json& column : overview[list]["columns"]) {
            std::string at = "/" + column["key"].get<std::string>();
            std::replace(at.begin() + 1, at.end(), '.', '/');
            const nlohmann::json::json_pointer pointer(at);
            ASSERT_EQ(row.contains(pointer), full.contains(pointer)) << at;
            if (row.contains(pointer)) {
                EXPECT_EQ(row[pointer], full[pointer]) << at;
            }
            EXPECT_FALSE(column["help"].get<std::string>().empty()) << at;
        }
    }
    EXPECT_EQ(overview["version"], "0.1.0");
}

TEST_F(RoutesTest, TheOverviewHasTheWorstThousand) {
    model::Snapshot snapshot = test::sample_snapshot();
    snapshot.connections.assign(1500, snapshot.connections.front());
    for (std::size_t i = 0; i < 1500; ++i)
        snapshot.connections[i].judgement.held_byte_seconds = static_cast<double>(i);
    publish(snapshot);
    const nlohmann::json listed = parsed(get("/api/v1/overview"))["connections"];
    EXPECT_EQ(listed["rows"].size(), overview_connections);
    EXPECT_EQ(listed["rows"].front()["held_byte_seconds"], 1499);
    EXPECT_EQ(listed["rows"].back()["held_byte_seconds"], 500);
    EXPECT_EQ(listed["truncated"], true);
}

TEST_F(RoutesTest, TheHistoryHasAListForEachLocusAndNullWhereThereWasNoTick) {
    model::Snapshot snapshot = test::sample_snapshot();
    snapshot.held_now = {{7, 8, 9, 10, 11}, 12};
    snapshot.held_history = {model::HeldByLocus{{1, 2, 3, 4, 5}, 6}, std::nullopt};
    publish(snapshot);
    const nlohmann::json history = parsed(get("/api/v1/overview"))["history"];
    EXPECT_EQ(history["step_seconds"], 2);
    EXPECT_EQ(history["now_bytes"],
              nlohmann::json::parse(
                  R"({"peer":7,"network":8,"host":9,"app":10,"none":11,"unlisted":12})"));
    EXPECT_EQ(history["held_bytes"], nlohmann::json::parse(R"({"peer":[1,null],"network":[2,null],
        "host":[3,null],"app":[4,null],"none":[5,null],"unlisted":[6,null]})"));
}

TEST(Readiness, EndsThreeTicksAndASecondAfterTheSnapshot) {
    model::Snapshot snapshot;
    snapshot.tick_interval_seconds = 2;
    snapshot.taken_ns = 1'000'000'000;
    EXPECT_EQ(readiness(nullptr, 5).line,
              "not ready: the kernel has not been read yet; try again after one tick");
    EXPECT_TRUE(readiness(&snapshot, 7'900'000'000).ready);
    EXPECT_EQ(readiness(&snapshot, 7'900'000'000).line, "ready: the kernel was read 6.9 s ago");
    EXPECT_FALSE(readiness(&snapshot, 8'100'000'000).ready);
    EXPECT_EQ(
        readiness(&snapshot, 8'100'000'000).line,
        "not ready: the kernel was last read 7.1 s ago, more than 7.0 s; see the log of wiregapd "
        "for what holds it up");
    EXPECT_TRUE(readiness(&snapshot, 0).ready) << "taken after the request came in";
}

TEST(Peer, LoopbackAddresses) {
    for (const char* address :
         {"127.0.0.1", "127.255.255.255", "::1", "::ffff:127.0.0.1", "::ffff:127.9.9.9"}) {
        EXPECT_TRUE(is_loopback(address)) << address;
    }
    for (const char* address : {"128.0.0.1", "10.0.0.1", "0.0.0.0", "::", "::2", "::ffff:10.0.0.1",
                                "::127.0.0.1", "fe80::1", "", "localhost", "127.1", "127.0.0.1 "}) {
        EXPECT_FALSE(is_loopback(address)) << address;
    }
}

TEST(Peer, HostHeaders) {
    for (const char* host :
         {"localhost", "LOCALHOST:19473", "127.0.0.1", "10.0.0.1:80", "[::1]", "[::1]:19473"}) {
        EXPECT_TRUE(is_numeric_or_localhost(host)) << host;
    }
    for (const char* host : {"", "evil.example", "evil.example:80", "localhost.evil.example",
                             "1.2.3.4.evil", "[::1", "[evil]", ":", "::1:80", "["}) {
        EXPECT_FALSE(is_numeric_or_localhost(host)) << host;
    }
}

TEST(Gzip, RoundTrip) {
    for (const std::string& text : {std::string(), std::string("x"), std::string(3'000'000, 'a')}) {
        EXPECT_EQ(test::gunzip(gzip(text)), text);
    }
}

TEST(Gzip, IsUsedOnlyWhereTheClientWantsIt) {
    for (const char* header : {"gzip", "deflate, gzip;q=0.5", "GZIP", "x-gzip", "*",
                               "br , gzip ; q=1", "gzip;q=1.0, identity; q=0.5, *;q=0"}) {
        EXPECT_TRUE(accepts_gzip(header)) << header;
    }
    for (const char* header :
         {"", "deflate", "gzip;q=0", "gzip; q=0.000, *", "*;q=0", "gzipped", "identity"}) {
        EXPECT_FALSE(accepts_gzip(header)) << header;
    }
}

}  // namespace
}  // namespace wiregap::exporters
