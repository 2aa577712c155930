// SPDX-License-Identifier: Apache-2.0
// The daemon's JSON as tables.
#include <gtest/gtest.h>

#include "daemon/cli/failure.h"
#include "daemon/cli/tables_view.h"

namespace wiregap::cli {
namespace {

const char* const services_document = R"({
  "snapshot": {"sequence": 12, "backend": "tracepoint"},
  "services": [
    {"service": "redis-server", "port": 6379, "role": "server",
     "written_bytes": 12582912, "transmitted_bytes": 8388608, "acked_bytes": 8286208,
     "writes": {"at_once": 900, "late": 100},
     "write_to_transmit": {"count": 1000, "p50_seconds": 0, "p99_seconds": 0.0412},
     "notsent_bytes": 4194304, "unacked_bytes": 102400,
     "open_connections": 42, "late_ratio": 0.1, "undelivered_all_bytes": 2048},
    {"service": "curl", "port": 443, "role": "client", "notsent_bytes": 0, "unacked_bytes": 0,
     "open_connections": 1}]})";

TEST(CliServicesView, ShowsEachServiceAndADashForWhatIsNotKnown) {
    EXPECT_EQ(render_services(Json::parse(services_document), false, {}),
              "SERVICE       PORT  ROLE    CONNS  WRITTEN  NOTSENT  UNACKED  LATE%  p50   p99  "
              "UNDELIVERED\n"
              "redis-server  6379  server     42    12MiB   4.0MiB   100KiB     10    0  41ms      "
              " 2.0KiB\n"
              "curl           443  client      1        -        0        0      -    -     -      "
              "      -\n");
}

TEST(CliServicesView, FitsEightyColumns) {
    const std::string text = render_services(Json::parse(services_document), false, {80, false});
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = text.find('\n', at);
        EXPECT_LE(end - at, 80U) << text;
        at = end + 1;
    }
}

TEST(CliServicesView, FlowIsInTheOrderOfTheBytes) {
    EXPECT_EQ(
        render_services(Json::parse(services_document), true, {}),
        "SERVICE       PORT  ROLE    WRITTEN  -> NOTSENT  -> UNACKED  -> ACKED  UNDELIVERED\n"
        "redis-server  6379  server    12MiB      4.0MiB      100KiB    7.9MiB       2.0KiB\n"
        "curl           443  client        -           0           0         -            -\n");
}

TEST(CliServicesView, QuantilesOfNothingAreUnknown) {
    const auto document = Json::parse(
        R"({"services":[{"service":"a","write_to_transmit":{"count":0,"p50_seconds":0,"p99_seconds":0},
            "writes":{"at_once":0,"late":0}}]})");
    const std::string text = render_services(document, false, {});
    EXPECT_NE(text.find("\na           -  -         -        -        -        -      -    -    -"),
              std::string::npos)
        << text;
}

TEST(CliServicesView, SaysThatThereIsNone) {
    EXPECT_EQ(render_services(Json::parse(R"({"services":[]})"), false, {}).substr(0, 11),
              "No service:");
}

TEST(CliViews, AForeignAnswerIsRefused) {
    for (const char* text : {"{}", R"({"services":3,"connections":{}})"}) {
        EXPECT_THROW(render_services(Json::parse(text), false, {}), Failure);
        EXPECT_THROW(render_connections(Json::parse(text), {}), Failure);
    }
    // Rows that are no objects are shown as unknown; they do not end the command.
    EXPECT_NO_THROW(render_services(Json::parse(R"({"services":[1,null,"x"]})"), false, {}));
}

const char* const connections_document = R"({
  "connections": [
    {"service": "redis-server", "service_port": 6379, "role": "server", "verdict": "peer_slow",
     "local": "127.0.0.1:6379", "peer": "127.0.0.1:45678",
     "notsent_bytes": 3885056, "unacked_bytes": 0,
     "send_buffer_fill_ratio": 1.0015,
     "srtt_seconds": 0.000412, "oldest_notsent_seconds": 5.6,
     "owner": {"pid": 812, "comm": "redis-server", "name": "redis-server/812"}},
    {"service": "x\u001b[2J", "local": "[::1]:80", "peer": "[::1]:9", "verdict": "flowing",
     "notsent_bytes": 0, "unacked_bytes": 7}],
  "truncated": true})";

TEST(CliConnectionsView, ShowsEachConnectionAndThatThereAreMore) {
    const std::string text = render_connections(Json::parse(connections_document), {});
    EXPECT_EQ(text.substr(0, text.find("There are more")),
              "SERVICE       ROLE    LOCAL           PEER             VERDICT    BACKLOG  NOTSENT  "
              "UNACKED  FILL%  OLDEST    RTT  OWNER\n"
              "redis-server  server  127.0.0.1:6379  127.0.0.1:45678  peer_slow        -   3.7MiB  "
              "      0    100    5.6s  412us  redis-server/812\n"
              "x?[2J         -       [::1]:80        [::1]:9          flowing          -        0  "
              "     7B      -       -      -  -\n");
    EXPECT_NE(text.find("--limit"), std::string::npos);
}

TEST(CliConnectionsView, AllAckedIsSaid) {
    const std::string text =
        render_connections(Json::parse(R"({"connections":[],"truncated":false})"), {});
    EXPECT_NE(text.find("acked"), std::string::npos);
}

}  // namespace
}  // namespace wiregap::cli
