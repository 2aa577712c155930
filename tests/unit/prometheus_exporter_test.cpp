// SPDX-License-Identifier: Apache-2.0
#include "exporters/metrics/prometheus_exporter.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <map>
#include <regex>
#include <set>
#include <sstream>
#include <stdexcept>

#include "tests/unit/sample_snapshot.h"

namespace wiregap::exporters {
namespace {

using view::ProcessStats;

const view::Build build{"0.1.0", "gcc 12.2.0", "1.1"};

ProcessStats sample_process() {
    return {.cpu_seconds = 1.25,
            .start_time_unix_seconds = 1700000000.5,
            .resident_memory_bytes = 4096,
            .virtual_memory_bytes = 8192,
            .open_fds = 9,
            .max_fds = 1024};
}

std::string page(const model::Snapshot& snapshot, unsigned buckets_per_octave = 1) {
    const ProcessStats process = sample_process();
    return to_text(collect({snapshot, process, build}, buckets_per_octave));
}

/// The lines of the page that are samples of this metric, in order.
std::vector<std::string> samples(const std::string& text, const std::string& metric) {
    std::vector<std::string> lines;
    std::istringstream stream(text);
    for (std::string line; std::getline(stream, line);) {
        if (line.rfind(metric + "{", 0) == 0 || line.rfind(metric + " ", 0) == 0)
            lines.push_back(line);
    }
    return lines;
}

/// The buckets of the one histogram with zeros are looked at by a test of their own.
std::string without_buckets(const std::string& text) {
    std::string result;
    std::istringstream stream(text);
    for (std::string line; std::getline(stream, line);) {
        const bool bucket = line.find("_bucket{") != std::string::npos;
        if (!bucket && line.find("write_to_transmit") == std::string::npos) result += line + "\n";
    }
    return result;
}

TEST(PrometheusExporter, ThePageOfASmallSnapshotIsExactlyThis) {
    std::ifstream file(WIREGAP_SOURCE_DIR "/tests/unit/expected_metrics.txt");
    const std::string expected{std::istreambuf_iterator<char>(file), {}};
    EXPECT_EQ(without_buckets(page(test::sample_snapshot())), expected);
}

TEST(PrometheusExporter, TheHistogramHasAllWrites) {
    const std::string text = page(test::sample_snapshot());
    const std::string labels = "{service=\"redis-server\",port=\"6379\",role=\"server\"";
    const std::string name = "wiregap_write_to_transmit_seconds";
    EXPECT_EQ(samples(text, name + "_count"), std::vector{name + "_count" + labels + "} 40"});
    EXPECT_EQ(samples(text, name + "_sum"), std::vector{name + "_sum" + labels + "} 0.015"});
    const auto buckets = samples(text, name + "_bucket");
    ASSERT_EQ(buckets.size(), 29U);
    EXPECT_EQ(buckets[0], name + "_bucket" + labels + ",le=\"0\"} 30");
    EXPECT_EQ(buckets[1], name + "_bucket" + labels + ",le=\"1.024e-06\"} 30");
    EXPECT_EQ(buckets[11], name + "_bucket" + labels + ",le=\"0.001048576\"} 30");
    EXPECT_EQ(buckets[12], name + "_bucket" + labels + ",le=\"0.002097152\"} 40");
    EXPECT_EQ(buckets[27], name + "_bucket" + labels + ",le=\"68.719476736\"} 40");
    EXPECT_EQ(buckets[28], name + "_bucket" + labels + ",le=\"+Inf\"} 40");
}

struct Unknown {
    bool model::Known::*known;
    std::vector<std::string> absent;
};

class PrometheusExporterLeavesOut : public testing::TestWithParam<Unknown> {};

TEST_P(PrometheusExporterLeavesOut, WhatTheBackEndCannotKnow) {
    model::Snapshot snapshot = test::sample_snapshot();
    const std::string before = page(snapshot);
    snapshot.known.*GetParam().known = false;
    const std::string after = page(snapshot);
    for (const std::string& metric : GetParam().absent) {
        EXPECT_THAT(before, testing::HasSubstr(metric));
        EXPECT_THAT(after, testing::Not(testing::HasSubstr(metric)));
    }
}

INSTANTIATE_TEST_SUITE_P(
    Known, PrometheusExporterLeavesOut,
    testing::Values(
        Unknown{&model::Known::byte_counters,
                {"wiregap_written_bytes", "wiregap_transmitted_bytes", "wiregap_acked_bytes"}},
        Unknown{&model::Known::retransmits, {"wiregap_retransmitted_bytes"}},
        Unknown{&model::Known::departures,
                {"wiregap_writes_total", "wiregap_write_to_transmit", "wiregap_oldest_notsent"}},
        Unknown{&model::Known::would_block, {"kind=\"would_block\"", "kind=\"error\""}},
        Unknown{&model::Known::partial, {"kind=\"partial\""}},
        Unknown{
            &model::Known::lifecycle,
            {"wiregap_connections_opened", "wiregap_connections_closed", "wiregap_undelivered"}},
        Unknown{
            &model::Known::held,
            {"wiregap_held_seconds", "wiregap_held_byte_seconds", "wiregap_send_queue_byte_seconds",
             "wiregap_zero_window", "wiregap_egress_queue_bytes", "wiregap_egress_payload_bytes"}},
        Unknown{&model::Known::egress, {"wiregap_egress_wait"}},
        Unknown{&model::Known::acks, {"wiregap_transmit_to_ack"}},
        Unknown{&model::Known::blocked, {"wiregap_write_blocked"}},
        Unknown{&model::Known::writable, {"wiregap_writable_wait"}},
        Unknown{&model::Known::accept_queue, {"wiregap_accept_queue", "wiregap_accept_overflows"}},
        Unknown{&model::Known::write_calls, {"wiregap_write_call_seconds"}},
        Unknown{&model::Known::accept_wait, {"wiregap_accept_wait"}}));

TEST(PrometheusExporter, TheKernelsChronoGivesRwndAndSndbufAlone) {
    model::Snapshot snapshot = test::sample_snapshot();
    snapshot.known = {.held_rwnd = true};
    const std::string text = page(snapshot);
    EXPECT_EQ(samples(text, "wiregap_held_seconds_total").size(), 1U);
    EXPECT_THAT(text, testing::HasSubstr("role=\"server\",reason=\"rwnd\"} 203"));
    EXPECT_EQ(samples(text, "wiregap_sndbuf_limited_seconds_total").size(), 1U);
}

TEST(PrometheusExporter, NothingKnownLeavesTheGauges) {
    model::Snapshot snapshot = test::sample_snapshot();
    snapshot.known = {};
    const std::string text = page(snapshot);
    EXPECT_THAT(text, testing::Not(testing::HasSubstr("wiregap_write_shortfalls")));
    EXPECT_EQ(samples(text, "wiregap_send_queue_bytes").size(), 2U);
    EXPECT_EQ(samples(text, "wiregap_connections").size(), 8U);
}

TEST(PrometheusExporter, ProcessValuesThatCannotBeReadAreAbsent) {
    const model::Snapshot snapshot = test::sample_snapshot();
    const ProcessStats nothing;
    EXPECT_THAT(to_text(collect({snapshot, nothing, build}, 1)),
                testing::Not(testing::HasSubstr("process_")));
}

TEST(PrometheusExporter, TwoProgramsOnOneHookAreOneSeries) {
    model::Snapshot snapshot = test::sample_snapshot();
    snapshot.self.hooks = {{"tcp_sendmsg", "fexit", "a", true, "", ""},
                           {"tcp_sendmsg", "fexit", "b", false, "refused", ""},
                           {"tcp_sendmsg", "fentry", "c", true, "", ""}};
    EXPECT_EQ(samples(page(snapshot), "wiregap_hook_attached"),
              (std::vector<std::string>{
                  "wiregap_hook_attached{hook=\"tcp_sendmsg\",mechanism=\"fentry\"} 1",
                  "wiregap_hook_attached{hook=\"tcp_sendmsg\",mechanism=\"fexit\"} 0"}));
}

TEST(PrometheusExporter, HostileNamesStayInsideTheirLabel) {
    model::Snapshot snapshot = test::sample_snapshot();
    snapshot.services[0].name = "a\"} 1\nx{b=\"\\\xff";
    EXPECT_EQ(
        samples(page(snapshot), "wiregap_written_bytes_total"),
        std::vector<std::string>{"wiregap_written_bytes_total{service=\"a\\\"} 1\\nx{b=\\\"\\\\"
                                 "\\\\xff\",port=\"6379\",role=\"server\"} 1001"});
}

/// Every series of the page, without its value.
std::set<std::string> series(const std::string& text) {
    std::set<std::string> names;
    std::istringstream stream(text);
    for (std::string line; std::getline(stream, line);) {
        if (line[0] == '#') continue;
        EXPECT_TRUE(names.insert(line.substr(0, line.rfind(' '))).second) << "twice: " << line;
    }
    return names;
}

TEST(PrometheusExporter, SeriesNeverDependOnTheNumberOfClients) {
    model::Snapshot few = test::sample_snapshot();
    model::Snapshot many = test::sample_snapshot();
    few.connections.assign(10, test::sample_connection());
    few.services[0].gauges.connections[1] = 10;
    many.connections.assign(10000, test::sample_connection());
    many.services[0].gauges.connections[1] = 10000;
    for (std::size_t i = 0; i < many.connections.size(); ++i) {
        many.connections[i].peer.port = static_cast<std::uint16_t>(i + 1);
        many.connections[i].cookie = i;
    }
    few.worst = many.worst = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9};
    few.worst_with_series = many.worst_with_series = 10;
    const auto number = [](const std::set<std::string>& names) { return names.size(); };
    EXPECT_EQ(number(series(page(few))), number(series(page(many))));
    // Their labels name clients; there are never more than K, and by default none.
    few.worst_with_series = many.worst_with_series = 0;
    EXPECT_EQ(series(page(few)), series(page(many)));
}

TEST(PrometheusExporter, NoPeerIsNamedUnlessTheConfigurationAsksForIt) {
    model::Snapshot snapshot = test::sample_snapshot();
    const std::string peer = to_string(snapshot.connections.front().peer);
    EXPECT_NE(page(snapshot).find(peer), std::string::npos);
    snapshot.worst_with_series = 0;
    EXPECT_EQ(page(snapshot).find(peer), std::string::npos);
}

TEST(PrometheusExporter, SeriesPerServiceAreWhatTheConfigSays) {
    model::Snapshot without;
    without.known = test::everything_known();
    model::Snapshot with = without;
    with.services.resize(1);
    with.services[0].verdicts.backlog_known = true;
    constexpr std::size_t coarse = (6 + 7) * 30 + 1;  // waits: one bucket an octave, egress a zero
    constexpr std::size_t held = 9 + 9 + 2 + 2;       // reasons twice, byte-seconds, windows
    constexpr std::size_t verdicts = 2 * model::verdicts;
    constexpr std::size_t drops = model::host_drops + model::listener_drops;
    constexpr std::size_t rest = 35 + coarse + held + verdicts + drops + 8;  // eight about queues
    for (const unsigned per_octave : {1U, 2U, 4U, 8U}) {
        const std::size_t histogram = 26 * per_octave + 5;
        EXPECT_EQ(series(page(with, per_octave)).size() - series(page(without, per_octave)).size(),
                  histogram + rest)
            << per_octave;
    }
}

TEST(PrometheusExporter, TheTablesAreRight) {
    for (const view::Schema* schema : view::schemas()) EXPECT_NO_THROW(check_metrics(*schema));
}

std::string field_fault(const view::FieldInfo& field) {
    try {
        check_metrics({"things", {}, {field}});
    } catch (const std::logic_error& error) {
        return error.what();
    }
    return "accepted";
}

TEST(PrometheusExporter, AWrongFieldIsFoundAtStart) {
    const view::FieldInfo good{.help = "Help.", .metric = {.name = "wiregap_x", .labels = {"a"}}};
    EXPECT_EQ(field_fault(good), "accepted");
    view::FieldInfo field = good;
    field.metric.name = "wiregap-x";
    EXPECT_EQ(field_fault(field),
              "metric \"wiregap-x\": is no metric name; correct its row in daemon/view");
    field = good;
    field.help = "two\nlines";
    EXPECT_THAT(field_fault(field), testing::HasSubstr("help is not one plain line"));
    field.help = "";
    EXPECT_THAT(field_fault(field), testing::HasSubstr("has no help"));
    field = good;
    field.metric.labels[1] = "le le";
    EXPECT_THAT(field_fault(field), testing::HasSubstr("has a label that is no label name"));
}

TEST(PrometheusExporter, NamesFollowTheContract) {
    std::set<std::string_view> names;
    std::string_view last;
    for (const view::Schema* schema : view::schemas()) {
        for (const view::FieldInfo& field : schema->fields) {
            const std::string_view name = field.metric.name;
            if (name.empty() || name == last) continue;
            EXPECT_TRUE(names.insert(name).second) << name << " stands in two places";
            EXPECT_TRUE(name.starts_with("wiregap_") || name.starts_with("process_")) << name;
            EXPECT_EQ(name.ends_with("_total"), field.metric.kind == view::MetricKind::counter)
                << name;
            last = name;
        }
    }
}

TEST(SnapshotCollectable, HasNothingBeforeTheFirstSnapshot) {
    SnapshotHolder holder;
    const SnapshotCollectable collectable(holder, build, 2);
    EXPECT_TRUE(collectable.Collect().empty());
    holder.publish(std::make_shared<const model::Snapshot>(test::sample_snapshot()));
    EXPECT_GT(series(to_text(collectable.Collect())).size(), 40U);
}

// Prometheus' own opinion of the page.
TEST(PrometheusExporter, PromtoolFindsNothing) {
    if (std::system("promtool --version >/dev/null 2>&1") != 0) {
        GTEST_SKIP() << "promtool is not installed (Debian package prometheus)";
    }
    model::Snapshot snapshot = test::sample_snapshot();
    snapshot.services[0].name = "strange \"\\\n\xff name";
    FILE* const promtool = popen("promtool check metrics", "w");
    ASSERT_NE(promtool, nullptr);
    const std::string text = page(snapshot, 2);
    EXPECT_EQ(fwrite(text.data(), 1, text.size(), promtool), text.size());
    EXPECT_EQ(pclose(promtool), 0) << "promtool's complaints stand above";
}

}  // namespace
}  // namespace wiregap::exporters
