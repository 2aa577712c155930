// SPDX-License-Identifier: Apache-2.0
// What the page says of the embedded RESP server.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "exporters/metrics/prometheus_exporter.h"
#include "tests/unit/sample_snapshot.h"

namespace wiregap {
namespace {

model::RespServer server() {
    model::RespServer s;
    s.clients = 3;
    s.commands = 1000;
    s.connections = 12;
    s.rejected = 2;
    s.cut_off = {{"output_hard", 4}, {"idle", 5}};
    s.keyspace_bytes = 4096;
    s.followed_lost = 1;
    s.turns.record_ns(1'000'000, 7);
    s.stages[0].record_ns(100, 6);
    s.stages[1].record_ns(0, 5);
    s.stages[2].record_ns(50'000, 4);
    return s;
}

std::string page(const model::Snapshot& snapshot) {
    const view::ProcessStats process;
    const view::Build build;
    return exporters::to_text(exporters::collect({snapshot, process, build}, 1));
}

TEST(RespMetrics, AreAbsentWithoutTheServer) {
    EXPECT_THAT(page(test::sample_snapshot()), testing::Not(testing::HasSubstr("\nwiregap_resp_")));
}

TEST(RespMetrics, HaveEveryNumberOfTheServer) {
    model::Snapshot snapshot = test::sample_snapshot();
    snapshot.resp = server();
    const std::string text = page(snapshot);
    for (const char* const line :
         {"wiregap_resp_clients 3", "wiregap_resp_commands_total 1000",
          "wiregap_resp_connections_total 12", "wiregap_resp_rejected_connections_total 2",
          "wiregap_resp_cut_off_total{reason=\"output_hard\"} 4",
          "wiregap_resp_cut_off_total{reason=\"idle\"} 5", "wiregap_resp_keyspace_bytes 4096",
          "wiregap_resp_follow_lost_total 1", "wiregap_resp_turn_seconds_count 7",
          "wiregap_reply_stage_seconds_count{stage=\"backlog\"} 6",
          "wiregap_reply_stage_seconds_count{stage=\"send_queue\"} 5",
          "wiregap_reply_stage_seconds_count{stage=\"in_flight\"} 4"}) {
        EXPECT_THAT(text, testing::HasSubstr(std::string("\n") + line + "\n"));
    }
}

}  // namespace
}  // namespace wiregap
