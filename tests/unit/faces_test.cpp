// SPDX-License-Identifier: Apache-2.0
// All faces of one snapshot: every value equal, every unknown absent, whatever the back end knows.
// That the values themselves are right is json_api_test's and prometheus_exporter_test's to say,
// with numbers written by hand.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>

#include "daemon/cli/tables_view.h"
#include "daemon/kernel/bpf/hooks.h"
#include "daemon/kernel/diag/diag_source.h"
#include "daemon/view/codec.h"
#include "daemon/view/layout.h"
#include "daemon/view/sentences.h"
#include "daemon/view/tables.h"
#include "exporters/json/json_api.h"
#include "exporters/metrics/prometheus_exporter.h"
#include "exporters/text/views.h"
#include "tests/unit/sample_snapshot.h"

namespace wiregap {
namespace {

using view::Row;

struct BackEnd {
    const char* name;
    model::Known known;
};

void PrintTo(const BackEnd& back_end, std::ostream* out) { *out << back_end.name; }

/// As BpfSource says it where all of the back end's programs are there.
model::Known of_programs(kernel::In back_end) {
    std::vector<model::Hook> hooks;
    for (const kernel::HookSpec& spec : kernel::hook_specs()) {
        if (spec.in != kernel::In::both && spec.in != back_end) continue;
        if (spec.when == kernel::When::calls_watched) continue;
        hooks.push_back({"", "", std::string(spec.program), true, "", ""});
    }
    return kernel::known_with(hooks);
}

class Faces : public testing::TestWithParam<BackEnd> {
  protected:
    Faces() {
        snapshot_.known = GetParam().known;
        snapshot_.services[0].reply_backlogs = {
            {.source = "embedded", .bytes = 4097, .connections = 2}};
        snapshot_.backlog_sources = {{.name = "127.0.0.1:6379", .up = true, .poll_seconds = 0.5}};
        snapshot_.resp.emplace().commands = 77;
        snapshot_.resp->cut_off = {{"idle", 5}};
        snapshot_.resp->turns.record_ns(1'000'000, 7);
        snapshot_.connections[0].judgement.evidence.held_known = true;
        snapshot_.connections[0].judgement.evidence.held_seconds[2] = 0.25F;
        snapshot_.connections[0].reply_backlog_bytes = 11;
    }

    [[nodiscard]] view::Reading reading() const { return {snapshot_, process_, build_}; }
    [[nodiscard]] view::Json json_of(const std::string& text) const {
        return view::Json::parse(text);
    }

    model::Snapshot snapshot_ = test::sample_snapshot();
    view::ProcessStats process_{.cpu_seconds = 1.25, .open_fds = 9};
    view::Build build_{"0.1.0", "gcc 12.2.0", "1.1"};
};

template <class Item>
Row row_of(const view::Table<Item>& table, const Item& item, const model::Snapshot& snapshot) {
    return view::row_of(table, item, snapshot.known);
}

/// Field by field, so that a difference has a name.
void expect_same(const view::Schema& schema, const Row& a, const Row& b) {
    ASSERT_EQ(a.size(), schema.fields.size());
    ASSERT_EQ(b.size(), schema.fields.size());
    for (std::size_t i = 0; i < a.size(); ++i)
        EXPECT_EQ(a[i], b[i]) << schema.list << ": " << schema.fields[i].key;
}

TEST_P(Faces, JsonGivesBackEveryValue) {
    const view::Json services = json_of(exporters::services_json(snapshot_, {}));
    expect_same(view::service_table(),
                view::decode(view::service_table(), services.at("services").at(0)),
                row_of(view::service_table(), snapshot_.services[0], snapshot_));
    const view::Json connections = json_of(exporters::connections_json(snapshot_, {}));
    expect_same(view::connection_table(),
                view::decode(view::connection_table(), connections.at("connections").at(0)),
                row_of(view::connection_table(), snapshot_.connections[0], snapshot_));
    const view::Json self = json_of(exporters::self_json(reading()));
    expect_same(view::daemon_table(), view::decode(view::daemon_table(), self),
                row_of(view::daemon_table(), reading(), snapshot_));
    expect_same(view::snapshot_table(),
                view::decode(view::snapshot_table(), services.at("snapshot")),
                row_of(view::snapshot_table(), snapshot_, snapshot_));
    expect_same(view::resp_table(), view::decode(view::resp_table(), self.at("resp")),
                row_of(view::resp_table(), *snapshot_.resp, snapshot_));
    expect_same(view::map_table(), view::decode(view::map_table(), self.at("maps").at(0)),
                row_of(view::map_table(), snapshot_.self.maps[0], snapshot_));
}

/// The page of metrics: what stands before the last blank of a line, and the number behind it.
std::map<std::string, double> series_of(const view::Reading& reading) {
    std::istringstream page(exporters::to_text(exporters::collect(reading, 1)));
    std::map<std::string, double> series;
    for (std::string line; std::getline(page, line);) {
        const std::size_t blank = line.rfind(' ');
        if (line.front() != '#') series[line.substr(0, blank)] = std::stod(line.substr(blank + 1));
    }
    return series;
}

/// A field's series by their first own label; "" where it has none.
std::map<std::string, double> series_of_field(const std::map<std::string, double>& page,
                                              const view::FieldInfo& field) {
    const std::string name = std::string(field.metric.name) + (field.delays ? "_count" : "");
    const std::string label = std::string(field.metric.labels[0]) + "=\"";
    std::map<std::string, double> found;
    for (const auto& [series, value] : page) {
        if (series != name && !series.starts_with(name + "{")) continue;
        const std::size_t at =
            field.metric.labels[0].empty() ? std::string::npos : series.find(label);
        const std::size_t begin = at + label.size();
        found[at == std::string::npos ? ""
                                      : series.substr(begin, series.find('"', begin) - begin)] =
            value;
    }
    return found;
}

double number_of(const view::Part& part) {
    if (const auto* delays = std::get_if<view::DelaySummary>(&part.leaf))
        return static_cast<double>(delays->count);
    return view::number_in({{"", part.leaf}}).value_or(-1);
}

template <class Item>
void expect_on_page(const std::map<std::string, double>& page, const view::Table<Item>& table,
                    const Item& item, const model::Snapshot& snapshot) {
    const Row row = row_of(table, item, snapshot);
    for (std::size_t i = 0; i < table.fields.size(); ++i) {
        const view::FieldInfo& field = table.fields[i];
        if (field.metric.name.empty() || field.key.empty()) continue;
        const auto found = series_of_field(page, field);
        EXPECT_TRUE(!row[i].empty() || found.empty()) << field.key << " is not known";
        EXPECT_TRUE(!is_keyed(field) || found.size() == row[i].size()) << field.key;
        for (const view::Part& part : row[i]) {
            const bool of_several = !is_keyed(field) && !field.metric.labels[0].empty();
            const std::string key =
                of_several ? std::string(field.key.substr(0, field.key.find('_'))) : part.key;
            ASSERT_TRUE(found.contains(key)) << field.key << " " << key;
            EXPECT_EQ(found.at(key), number_of(part)) << field.key << " " << key;
        }
    }
}

TEST_P(Faces, ThePageOfMetricsSaysTheSame) {
    const auto page = series_of(reading());
    expect_on_page(page, view::service_table(), snapshot_.services[0], snapshot_);
    expect_on_page(page, view::daemon_table(), reading(), snapshot_);
    expect_on_page(page, view::resp_table(), *snapshot_.resp, snapshot_);
    expect_on_page(page, view::program_table(), snapshot_.self.programs[0], snapshot_);
    expect_on_page(page, view::map_table(), snapshot_.self.maps[0], snapshot_);
    expect_on_page(page, view::backlog_source_table(), snapshot_.backlog_sources[0], snapshot_);
}

std::string text_of(const exporters::Lines& lines) {
    std::string text;
    for (const std::string& line : lines) text += line + "\n";
    return text;
}

TEST_P(Faces, TheCommandAndTheRespServerPrintTheSameTables) {
    EXPECT_EQ(cli::render_services(json_of(exporters::services_json(snapshot_, {})), false, {}),
              text_of(exporters::services_view(snapshot_, {})));
    EXPECT_EQ(cli::render_connections(json_of(exporters::connections_json(snapshot_, {})), {}),
              text_of(exporters::connections_view(snapshot_, {})));
}

TEST_P(Faces, ExplanationsReadAlike) {
    const view::Json found = json_of(exporters::explain_json(snapshot_, "redis-server"));
    std::string text;
    for (const view::Json& one : found.at("explanations"))
        text += view::explanation_text(view::decode(view::explanation_table(), one), 0);
    EXPECT_EQ(text, text_of(exporters::explain_view(
                        snapshot_, std::vector<std::string_view>{"redis-server"})));
}

TEST_P(Faces, WhatIsNotKnownIsADash) {
    for (const view::Layout* layout :
         {&view::services_layout(), &view::flow_layout(), &view::places_layout()}) {
        const Row row = row_of(view::service_table(), snapshot_.services[0], snapshot_);
        const auto cells = view::cells_of(*layout, row);
        for (std::size_t i = 0; i < cells.size(); ++i) {
            const auto& known =
                view::service_table().fields[layout->schema.at(layout->columns[i].field)];
            EXPECT_EQ(cells[i] == "-", !is_known(known, snapshot_.known))
                << layout->columns[i].field;
        }
    }
}

INSTANTIATE_TEST_SUITE_P(BackEnds, Faces,
                         testing::Values(BackEnd{"everything", model::everything_known()},
                                         BackEnd{"fentry", of_programs(kernel::In::fentry)},
                                         BackEnd{"tracepoint", of_programs(kernel::In::tracepoint)},
                                         BackEnd{"poll", kernel::known_by_polling()}),
                         [](const auto& of) { return std::string(of.param.name); });

TEST(Fields, EveryKeyStandsOnceAndHasHelp) {
    for (const view::Schema* schema : view::schemas()) {
        std::map<std::string_view, int> keys;
        for (const view::FieldInfo& field : schema->fields) {
            EXPECT_FALSE(field.help.empty()) << field.key;
            EXPECT_TRUE(field.key.empty() || ++keys[field.key] == 1) << field.key;
            EXPECT_FALSE(field.key.empty() && field.metric.name.empty());
        }
    }
}

TEST(Fields, AFieldThatDoesNotExistIsAMistakeOfTheProgram) {
    EXPECT_THROW(std::ignore = view::service_table().at("nonsense"), std::logic_error);
}

}  // namespace
}  // namespace wiregap
