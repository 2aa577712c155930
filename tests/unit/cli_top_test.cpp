// SPDX-License-Identifier: Apache-2.0
// A frame of `wiregap top` as text, and what keys do to it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "daemon/cli/failure.h"
#include "daemon/cli/top/bar.h"
#include "daemon/cli/top/data.h"
#include "daemon/cli/top/frame.h"
#include "daemon/view/codec.h"
#include "daemon/view/tables.h"

namespace wiregap::cli {
namespace {

using testing::HasSubstr;

Json services() {
    return Json::parse(R"({
      "snapshot": {"backend": "fentry", "tick_interval_seconds": 1.0, "taken_unix_seconds": 0},
      "services": [
        {"service": "reads", "port": 80, "role": "server", "notsent_bytes": 0, "unacked_bytes": 0,
         "held_bytes": 0, "undelivered_all_bytes": 0, "reply_backlog_bytes": 0,
         "worst_verdict": "idle"},
        {"service": "stalls", "port": 81, "role": "server", "notsent_bytes": 3145728,
         "unacked_bytes": 1048576, "egress_payload_bytes": 524288, "held_bytes": 3145728,
         "acked_bytes_per_second": 1024.0, "undelivered_all_bytes": 1024,
         "worst_verdict": "peer_stalled"}]})");
}

Json connections() {
    return Json::parse(R"({"connections": [
      {"service": "stalls", "service_port": 81, "role": "server", "verdict": "flowing",
       "local": "127.0.0.1:81", "peer": "127.0.0.1:4001", "notsent_bytes": 0, "held_bytes": 0,
       "unacked_bytes": 1, "held_byte_seconds": 0},
      {"service": "stalls", "service_port": 81, "role": "server", "verdict": "peer_stalled",
       "reason": "rwnd", "local": "127.0.0.1:81", "peer": "127.0.0.1:4000",
       "notsent_bytes": 3145728, "held_bytes": 3145728, "unacked_bytes": 1048576,
       "held_byte_seconds": 9, "oldest_notsent_seconds": 4.2, "verdict_seconds": 3.1}]})");
}

TopData sample() { return read_top(services(), connections()); }

std::string text_of(const std::vector<TopLine>& lines) {
    std::string text;
    for (const TopLine& line : lines) text += line.text + "\n";
    return text;
}

TEST(CliTop, ShowsWhatTheDaemonSaysWorstFirst) {
    const TopData data = sample();
    EXPECT_EQ(data.backend, "fentry");
    EXPECT_EQ(connection_word(data.connections.at(0), "peer"), "127.0.0.1:4000");
    const std::string text = text_of(top_frame(data, {}, 100, 24));
    EXPECT_THAT(text, HasSubstr("stalls     81  server        -   3.0MiB  512KiB   1.0MiB"));
    EXPECT_THAT(text, HasSubstr("1.0KiB       1.0KiB  nnn"));
    EXPECT_THAT(text,
                HasSubstr("reads      80  server        0        0       -        0        -"));
}

view::Row service_with(const char* json) {
    Json document = services();
    document["services"] = Json::array({Json::parse(json)});
    return read_top(document, connections()).services.at(0);
}

TEST(CliTop, TheBarIsInProportionAndShowsEveryByte) {
    const TopData data = sample();
    EXPECT_EQ(top_bar(data.services.at(1), 4194304, 16), "nnnnnnnnnnnneeff");
    EXPECT_EQ(top_bar(data.services.at(0), 4194304, 4), "....");
    const view::Row tiny = service_with(R"({"unacked_bytes": 1})");
    EXPECT_EQ(top_bar(tiny, 1e9, 4), "f...");
    EXPECT_EQ(top_bar(tiny, 0, 4), "....");
}

TEST(CliTop, AFrameFitsEightyByTwentyFour) {
    const auto lines = top_frame(sample(), {}, 80, 24);
    EXPECT_EQ(lines.size(), 24U);
    for (const TopLine& line : lines) EXPECT_LE(line.text.size(), 80U) << line.text;
    const std::string text = text_of(lines);
    EXPECT_THAT(text, HasSubstr("fentry  2 services, 3.0MiB held"));
    EXPECT_THAT(text, HasSubstr("stalls"));
    EXPECT_THAT(text, HasSubstr("nnn"));
    EXPECT_THAT(text, HasSubstr("peer_stalled  rwnd    stalls   127.0.0.1:4000  3.0MiB"));
    EXPECT_THAT(lines.back().text, HasSubstr("q quit"));
    EXPECT_LT(text.find("stalls "), text.find("reads "));
}

TEST(CliTop, AnySizeGivesExactlyThatManyLinesWithinTheWidth) {
    for (const std::size_t width : {10U, 40U, 60U, 80U, 200U}) {
        for (const std::size_t height : {8U, 10U, 24U, 60U}) {
            for (const bool help : {false, true}) {
                TopView view;
                view.help = help;
                const auto lines = top_frame(sample(), view, width, height);
                EXPECT_EQ(lines.size(), height);
                for (const TopLine& line : lines) EXPECT_LE(line.text.size(), width);
            }
        }
    }
}

TEST(CliTop, ManyServicesLeaveRoomForConnections) {
    TopData data = sample();
    for (int i = 0; i < 100; ++i) data.services.push_back(data.services[0]);
    const std::string text = text_of(top_frame(data, {}, 80, 24));
    EXPECT_THAT(text, HasSubstr("more services"));
    EXPECT_THAT(text, HasSubstr("127.0.0.1:4000"));
}

TEST(CliTop, AFilterIsTypedAndCleared) {
    TopView view;
    for (const char key : {'/', 'r', 'e', 'q', '\n'}) EXPECT_TRUE(top_key(key, view));
    EXPECT_EQ(view.filter, "req");
    EXPECT_FALSE(view.typing_filter);
    view.filter = "reads";
    const std::string text = text_of(top_frame(sample(), view, 80, 24));
    EXPECT_THAT(text, testing::Not(HasSubstr("stalls")));
    top_key(27, view);
    EXPECT_EQ(view.filter, "");
}

TEST(CliTop, KeysSortPauseScrollHelpAndQuit) {
    TopView view;
    top_key('s', view);
    EXPECT_EQ(view.sort, TopSort::unacked);
    for (int i = 0; i < 3; ++i) top_key('s', view);
    EXPECT_EQ(view.sort, TopSort::held);
    top_key('p', view);
    EXPECT_THAT(top_frame(sample(), view, 80, 24)[0].text, HasSubstr("PAUSED"));
    top_key(top_key_down, view);
    note_selection(sample(), view);
    EXPECT_EQ(view.selected_name, "127.0.0.1:81-127.0.0.1:4001");
    top_key(top_key_up, view);
    top_key(top_key_up, view);
    EXPECT_EQ(view.selected, 0U);
    top_key('?', view);
    EXPECT_THAT(text_of(top_frame(sample(), view, 80, 24)), HasSubstr("Each byte is in one of"));
    EXPECT_FALSE(top_key('q', view));
}

TEST(CliTop, TheSelectedConnectionIsInSightAndItsExplanationOpens) {
    TopData data = sample();
    for (int i = 0; i < 50; ++i) data.connections.push_back(data.connections[1]);
    data.connections.push_back(data.connections[0]);
    TopView view;
    view.selected = data.connections.size() - 1;
    const auto lines = top_frame(data, view, 80, 24);
    const auto selected = std::find_if(lines.begin(), lines.end(), [](const TopLine& line) {
        return line.style == TopStyle::selected;
    });
    ASSERT_NE(selected, lines.end());
    EXPECT_THAT(selected->text, HasSubstr("127.0.0.1:4000"));
    top_key('\n', view);
    EXPECT_TRUE(view.wants_explained);
    note_selection(data, view);
    view.explained = view.selected_name;
    const view::Schema& schema = view::explanation_table();
    view.explanations = {view::decode(schema, Json::parse(R"({"subject": "connection A -> B",
        "verdict": "peer_stalled", "locus": "peer", "why": "The window is closed."})"))};
    const std::string text = text_of(top_frame(data, view, 80, 24));
    EXPECT_THAT(text, HasSubstr("connection A -> B\n  Verdict: peer_stalled (peer)"));
    EXPECT_THAT(text, HasSubstr("  Why:     The window is closed."));
    view.explanations.clear();
    EXPECT_THAT(text_of(top_frame(data, view, 80, 24)), HasSubstr("Nothing is held by"));
    top_key(27, view);
    EXPECT_EQ(view.explained, "");
}

TEST(CliTop, TheBarIsKnownByItsPlace) {
    const auto lines = top_frame(sample(), {}, 100, 24);
    const auto stalls = std::find_if(lines.begin(), lines.end(), [](const TopLine& line) {
        return line.text.starts_with("stalls");
    });
    ASSERT_NE(stalls, lines.end());
    EXPECT_THAT(stalls->text.substr(stalls->bar_at), testing::StartsWith("nnn"));
}

TEST(CliTop, SaysWhyThePictureIsOld) {
    TopView view;
    view.trouble = "no wiregapd answers";
    EXPECT_EQ(top_frame(sample(), view, 80, 24).back().text, "no wiregapd answers");
}

TEST(CliTop, AForeignAnswerIsRefused) {
    EXPECT_THROW(read_top(Json::parse("{}"), connections()), Failure);
    EXPECT_NO_THROW(read_top(Json::parse(R"({"services":[1,null]})"),
                             Json::parse(R"({"connections":[1,null,{}]})")));
}

}  // namespace
}  // namespace wiregap::cli
