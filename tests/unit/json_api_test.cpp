// SPDX-License-Identifier: Apache-2.0
#include "exporters/json/json_api.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/unit/sample_snapshot.h"

namespace wiregap::exporters {
namespace {

using nlohmann::json;

const char* const snapshot_text = R"("snapshot":{"sequence":12,"taken_monotonic_ns":123,)"
                                  R"("taken_unix_seconds":1.5,"tick_interval_seconds":1.0,)"
                                  R"("backend":"tracepoint","backend_reason":""})";

std::string self_of(const model::Snapshot& snapshot) {
    const view::ProcessStats process{.open_fds = 9};
    return self_json({snapshot, process, {"0.1.0", "gcc 12.2.0", "1.1"}});
}

TEST(JsonApi, ServicesAreExactlyThis) {
    const std::string text = services_json(test::sample_snapshot(), {});
    EXPECT_EQ(text.back(), '\n');
    EXPECT_THAT(text, testing::HasSubstr(snapshot_text));
    json service = json::parse(text)["services"][0];
    json& delays = service["write_to_transmit"];
    EXPECT_NEAR(delays["p99_seconds"], 1.5e-3, 0.2e-3);
    EXPECT_NEAR(delays["late_p50_seconds"], 1.5e-3, 0.2e-3);
    for (const char* key : {"p90_seconds", "p99_seconds", "late_p50_seconds", "late_p90_seconds",
                            "late_p99_seconds"}) {
        EXPECT_TRUE(delays[key].is_number_float()) << key;
        delays.erase(key);
    }
    for (const char* wait : {"egress_wait", "transmit_to_ack", "write_blocked", "writable_wait",
                             "accept_wait", "write_calls"}) {
        service.erase(wait);  // a test of their own
    }
    const json verdicts = service["verdicts"];
    EXPECT_EQ(verdicts.size(), model::verdicts);
    EXPECT_EQ(verdicts["peer_slow"],
              json({{"locus", "peer"}, {"connections", 301}, {"seconds", 201.5}}));
    service.erase("verdicts");
    EXPECT_EQ(service, json::parse(R"({
        "service":"redis-server","port":6379,"role":"server","netns_inode":4026531840,
        "owner":{"pid":12,"comm":"redis-server","unit":"redis-server","container":""},
        "written_bytes":1001,"transmitted_bytes":902,"acked_bytes":803,"retransmitted_bytes":14,
        "dropped_segments":{"queue":321,"filter":322,"route":323,"neighbour":324,"other":325},
        "acked_bytes_per_second":512.0,
        "writes":{"at_once":30,"late":10},"late_ratio":0.25,
        "write_shortfalls":{"partial":5,"would_block":6,"error":7},
        "write_to_transmit":{"late_count":10,"late_sum_seconds":0.015,"count":40,"sum_seconds":0.015,
                             "p50_seconds":0.0},
        "held_seconds":{"pacing":201.0,"cwnd":202.0,"rwnd":203.0,"nagle":204.0,"cork":205.0,
                        "autocork":206.0,"tsq":207.0,"tso_defer":208.0,"unknown":209.0},
        "held_byte_seconds":{"pacing":2010.0,"cwnd":2020.0,"rwnd":2030.0,"nagle":2040.0,
                             "cork":2050.0,"autocork":2060.0,"tsq":2070.0,"tso_defer":2080.0,
                             "unknown":2090.0},
        "notsent_byte_seconds":18450.0,"unacked_byte_seconds":301.0,
        "zero_window_seconds":{"ours":303.0,"peer":302.0},
        "egress_queue_bytes":305,"egress_payload_bytes":48,"oldest_notsent_seconds":2.5,
        "held_bytes":99,"receive_queue_bytes":306,
        "accept_queue":{"length":307,"limit":308,"fill_ratio_max":0.75,"overflows":304},
        "listener_drops":{"syn_queue_full":311,"reset":312,"other":313},
        "notsent_bytes":99,"unacked_bytes":98,"send_buffer_used_bytes":2304,
        "send_buffer_limit_bytes":87040,"send_buffer_fill_ratio_max":0.25,
        "connections":{"established":16,"syn_sent":0,"syn_recv":0,"fin_wait1":0,"fin_wait2":0,
                       "close_wait":17,"last_ack":0,"closing":0},
        "open_connections":33,"worst_verdict":"peer_stalled","worst_locus":"peer",
        "connections_opened":21,"undelivered_all_bytes":500,
        "connections_closed":{"fin":1,"reset_by_peer":2,"reset_by_us":3,"timeout":4},
        "undelivered_bytes":{"fin":110,"reset_by_peer":120,"reset_by_us":130,"timeout":140},
        "undelivered_connections":{"fin":11,"reset_by_peer":12,"reset_by_us":13,"timeout":15}})"));
}

TEST(JsonApi, EveryWaitHasItsOwnHistogram) {
    const json service = json::parse(services_json(test::sample_snapshot(), {}))["services"][0];
    const auto is = [](const json& wait, unsigned count, double sum_seconds) {
        EXPECT_EQ(wait["count"], count);
        EXPECT_DOUBLE_EQ(wait["sum_seconds"], sum_seconds);
        EXPECT_NEAR(wait["p99_seconds"], sum_seconds / count, sum_seconds / count * 0.125);
    };
    is(service["egress_wait"], 41, 0.082);
    is(service["transmit_to_ack"], 42, 0.126);
    is(service["write_blocked"], 43, 0.172);
    is(service["writable_wait"]["sndbuf"], 44, 0.22);
    is(service["writable_wait"]["notsent_lowat"], 45, 0.27);
    is(service["accept_wait"], 46, 0.322);
    is(service["write_calls"]["write"], 51, 0.408);
    is(service["write_calls"]["splice"], 57, 0.456);
}

TEST(JsonApi, WhatIsUnknownIsAnAbsentKey) {
    model::Snapshot snapshot = test::sample_snapshot();
    snapshot.known = {};
    const json service = json::parse(services_json(snapshot, {}))["services"][0];
    for (const char* key : {"written_bytes",
                            "transmitted_bytes",
                            "acked_bytes",
                            "retransmitted_bytes",
                            "writes",
                            "write_shortfalls",
                            "write_to_transmit",
                            "connections_opened",
                            "connections_closed",
                            "undelivered_bytes",
                            "undelivered_connections",
                            "held_seconds",
                            "held_byte_seconds",
                            "zero_window_seconds",
                            "egress_wait",
                            "transmit_to_ack",
                            "write_blocked",
                            "writable_wait",
                            "accept_wait",
                            "accept_queue",
                            "egress_queue_bytes",
                            "egress_payload_bytes",
                            "oldest_notsent_seconds",
                            "acked_bytes_per_second",
                            "late_ratio",
                            "undelivered_all_bytes"}) {
        EXPECT_FALSE(service.contains(key)) << key;
    }
    EXPECT_EQ(service["notsent_bytes"], 99);
    snapshot.known.partial = true;
    EXPECT_EQ(json::parse(services_json(snapshot, {}))["services"][0]["write_shortfalls"],
              json({{"partial", 5}}));
}

TEST(JsonApi, ConnectionsAreExactlyThis) {
    const std::string text = connections_json(test::sample_snapshot(), {});
    EXPECT_EQ(text, std::string("{") + snapshot_text +
                        R"(,"connections":[{"service":"redis-server","service_port":6379,)"
                        R"("role":"server","netns_inode":4026531840,"cookie":7,)"
                        R"("state":"established","local":"127.0.0.1:6379",)"
                        R"("peer":"127.0.0.1:45678","notsent_bytes":99,"unacked_bytes":98,)"
                        R"("held_bytes":99,"receive_queue_bytes":3,"send_buffer_used_bytes":2304,)"
                        R"("send_buffer_limit_bytes":92160,"send_buffer_fill_ratio":0.025,)"
                        R"("cwnd_segments":10,"rwnd_bytes":65535,"mss_bytes":1448,)"
                        R"("srtt_seconds":0.0001,"retransmitted_bytes":14,"acked_bytes":803,)"
                        R"("oldest_notsent_seconds":0.5,"owner":{"pid":12,"comm":"redis-server",)"
                        R"("unit":"redis-server","container":"","name":"redis-server/12"},)"
                        R"("egress_bytes":64,"egress_payload_bytes":5,"peer_zero_window":false,)"
                        R"("own_zero_window":false,"in_recovery":false,"writer_waits":false,)"
                        R"("paced_by_cc":false,"pacing_rate_bytes_per_second":12345,)"
                        R"("dropped_segments":0,"unanswered_probes":0,"reason":"cwnd",)"
                        R"("verdict":"peer_slow","locus":"peer","verdict_seconds":8.5,)"
                        R"("held_byte_seconds":640.0,"evidence":{"basis":"state",)"
                        R"("seconds":0.0,"written_bytes":0,"transmitted_bytes":0,)"
                        R"("acked_bytes":0,"retransmitted_bytes":0,)"
                        R"("rwnd_limited_seconds":0.0,"sndbuf_limited_seconds":0.0,)"
                        R"("seconds_without_ack":0.0,"unanswered_probes":0,)"
                        R"("seconds_without_answer":0.0,"recent_dropped_segments":0.0,)"
                        R"("recent_resent_segments":0.0,"egress_wait_seconds":0.0,)"
                        R"("notsent_bytes":0,"unacked_bytes":0,"cwnd_bytes":0,"rwnd_bytes":0,)"
                        R"("peer_zero_window":false,"own_zero_window":false,)"
                        R"("in_recovery":false,"writer_waits":false}}],)"
                        R"("truncated":false})"
                        "\n");
}

TEST(JsonApi, AConnectionLeavesOutWhatIsNotKnownOfIt) {
    model::Snapshot snapshot = test::sample_snapshot();
    snapshot.connections[0].oldest_notsent_ns.reset();
    snapshot.connections[0].cookie = 0;
    snapshot.connections[0].owner = {};
    const json connection = json::parse(connections_json(snapshot, {}))["connections"][0];
    EXPECT_FALSE(connection.contains("oldest_notsent_seconds"));
    EXPECT_FALSE(connection.contains("cookie"));
    EXPECT_EQ(connection["owner"], json({{"comm", ""}, {"unit", ""}, {"container", ""}}));
}

TEST(JsonApi, SelfIsExactlyThis) {
    EXPECT_EQ(self_of(test::sample_snapshot()),
              std::string("{") + snapshot_text +
                  R"(,"version":"0.1.0","lost":{"ring_full":8,"services_full":0},)"
                  R"("tick_seconds":0.125,"service_count":1,"process":{"open_fds":9},)"
                  R"("hooks":[{"hook":"tcp_sendmsg","mechanism":"fexit",)"
                  R"("program":"fexit_sendmsg","attached":false,"reason":"refused",)"
                  R"("loses":"departures"},{"hook":"tcp_ack","mechanism":"tp_btf",)"
                  R"("program":"tp_ack","attached":true,"reason":"","loses":"acks"}],)"
                  R"("programs":[{"program":"tp_ack","runs":1234,"run_seconds":0.5}],)"
                  R"("maps":[{"map":"services","entries":3,"capacity":257}],)"
                  R"("backlog_sources":[]})"
                  "\n");
}

TEST(JsonApi, EmptyListsAreLists) {
    const model::Snapshot nothing;
    EXPECT_EQ(json::parse(services_json(nothing, {}))["services"], json::array());
    EXPECT_EQ(json::parse(connections_json(nothing, {}))["connections"], json::array());
    const json self = json::parse(self_of(nothing));
    for (const char* key : {"hooks", "programs", "maps"}) EXPECT_EQ(self[key], json::array());
    EXPECT_EQ(self["lost"], json::object());
}

TEST(JsonApi, NamesOfAnyBytesAreValidJson) {
    model::Snapshot snapshot = test::sample_snapshot();
    snapshot.services[0].name = "a\"\\\n\xff";
    snapshot.connections[0].owner.comm = "\xc3";
    snapshot.self.hooks[0].reason = "\xfe";
    EXPECT_EQ(json::parse(services_json(snapshot, {}))["services"][0]["service"], "a\"\\\n\\xff");
    EXPECT_EQ(json::parse(connections_json(snapshot, {}))["connections"][0]["owner"]["comm"],
              "\\xc3");
    EXPECT_TRUE(json::accept(self_of(snapshot)));
    EXPECT_EQ(error_json("no \"x\""), "{\"error\":\"no \\\"x\\\"\"}\n");
}

TEST(JsonApi, AChangeOfAVerdictIsExactlyThis) {
    model::VerdictChange change{.service = "redis-server",
                                .service_port = 6379,
                                .local = {{127, 0, 0, 1}, false, 6379},
                                .peer = {{127, 0, 0, 1}, false, 45678},
                                .before = model::Verdict::flowing,
                                .verdict = model::Verdict::peer_stalled,
                                .before_seconds = 2.5,
                                .held_bytes = 99};
    EXPECT_EQ(change_json(change, 1.5),
              R"({"unix_seconds":1.5,"service":"redis-server","port":6379,"role":"server",)"
              R"("local":"127.0.0.1:6379","peer":"127.0.0.1:45678","verdict":"peer_stalled",)"
              R"("locus":"peer","before":"flowing","before_seconds":2.5,"held_bytes":99})");
}

model::Snapshot three_services() {
    model::Snapshot snapshot = test::sample_snapshot();
    for (const char* name : {"nginx", "a b"}) {
        snapshot.services.push_back(test::sample_service());
        snapshot.services.back().name = name;
        snapshot.services.back().port = 80;
        snapshot.connections.push_back(test::sample_connection());
        snapshot.connections.back().service = name;
        snapshot.connections.back().service_port = 80;
    }
    snapshot.services[2].role = model::Role::client;
    snapshot.connections[2].role = model::Role::client;
    return snapshot;
}

std::vector<std::string> found(const char* query) {
    const model::Snapshot snapshot = three_services();
    std::vector<std::string> services;
    std::vector<std::string> connections;
    const Filter filter = parse_filter(query, LimitAllowed::yes);
    const json of_services = json::parse(services_json(snapshot, filter));
    const json of_connections = json::parse(connections_json(snapshot, filter));
    for (const json& s : of_services["services"]) services.push_back(s["service"]);
    for (const json& c : of_connections["connections"]) connections.push_back(c["service"]);
    EXPECT_EQ(services, connections) << query;
    return services;
}

TEST(JsonApi, FiltersServicesAndConnectionsAlike) {
    using Names = std::vector<std::string>;
    EXPECT_EQ(found(""), (Names{"redis-server", "nginx", "a b"}));
    EXPECT_EQ(found("service=nginx"), Names{"nginx"});
    EXPECT_EQ(found("service=a%20b"), Names{"a b"});
    EXPECT_EQ(found("service=a+b"), Names{"a b"});
    EXPECT_EQ(found("port=80"), (Names{"nginx", "a b"}));
    EXPECT_EQ(found("port=80&role=client"), Names{"a b"});
    EXPECT_EQ(found("&role=server&"), (Names{"redis-server", "nginx"}));
    EXPECT_EQ(found("service="), Names{});
}

TEST(JsonApi, SaysWhenConnectionsWereLeftOut) {
    model::Snapshot snapshot = three_services();
    const auto answer = [&](const char* query) {
        return json::parse(connections_json(snapshot, parse_filter(query, LimitAllowed::yes)));
    };
    EXPECT_EQ(answer("limit=2")["connections"].size(), 2U);
    EXPECT_EQ(answer("limit=2")["truncated"], true);
    EXPECT_EQ(answer("limit=3")["truncated"], false);
    EXPECT_EQ(answer("limit=1&service=nginx")["truncated"], false);
    snapshot.connections_truncated = true;
    EXPECT_EQ(answer("")["truncated"], true);
}

std::string query_fault(const std::string& query, LimitAllowed limit = LimitAllowed::yes) {
    try {
        parse_filter(query, limit);
    } catch (const BadQuery& error) {
        return error.what();
    }
    return "accepted";
}

TEST(Query, RefusesBadValuesWithOneLine) {
    for (const char* port : {"", "x", "-1", "65536", "80x", " 80", "8%000"}) {
        EXPECT_EQ(query_fault(std::string("port=") + port),
                  "port must be a whole number from 0 to 65535");
    }
    EXPECT_EQ(query_fault("role=both"), "role must be server or client");
    EXPECT_EQ(query_fault("limit=0"), "limit must be a whole number from 1 to 1048576");
    EXPECT_EQ(query_fault("limit"), "limit must be a whole number from 1 to 1048576");
    EXPECT_EQ(query_fault("port=1&port=2"), "a query parameter stands twice; give it once");
    for (const char* broken : {"service=%", "service=%4", "service=%zz", "%=1"}) {
        EXPECT_EQ(query_fault(broken),
                  "a % in the query is not followed by two hexadecimal digits; write %25");
    }
}

TEST(Query, RefusesParametersThatThereAreNot) {
    EXPECT_EQ(query_fault("prot=80"),
              "unknown query parameter; there are service, port, role and limit");
    EXPECT_EQ(query_fault("limit=1", LimitAllowed::no),
              "unknown query parameter; there are service, port and role");
}

}  // namespace
}  // namespace wiregap::exporters
