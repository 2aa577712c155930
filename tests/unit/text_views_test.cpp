// SPDX-License-Identifier: Apache-2.0
// WIREGAP: what a person with a redis-cli reads.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "exporters/text/views.h"
#include "tests/unit/sample_snapshot.h"

namespace wiregap::exporters {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

class TextViews : public testing::Test {
  protected:
    TextViews() {
        snapshot_.services[0].reply_backlogs = {{.source = "embedded", .bytes = 3 << 20}};
    }

    /// As WIREGAP answers: the lines, or what is wrong.
    std::string said(const std::vector<std::string_view>& words) {
        try {
            std::string text;
            for (const std::string& line : text_view(&snapshot_, words)) text += line + "\n";
            return text;
        } catch (const BadView& problem) {
            return std::string("problem: ") + problem.what();
        }
    }
    model::Snapshot snapshot_ = test::sample_snapshot();
};

TEST_F(TextViews, TopHasTheFivePlacesAndTheWorst) {
    EXPECT_THAT(
        top_view(snapshot_, {}),
        ElementsAre(
            "SERVICE       PORT  ROLE    BACKLOG  NOTSENT  EGRESS  UNACKED  ACKED/s  UNDELIVERED  "
            "VERDICT       LOCUS",
            "redis-server  6379  server   3.0MiB      99B     48B      98B     512B         500B  "
            "peer_stalled  peer",
            "Held longest, by byte-seconds:",
            "VERDICT    REASON  SERVICE       PEER             HELD  UNACKED  OLDEST  SINCE",
            "peer_slow  cwnd    redis-server  127.0.0.1:45678   99B      98B   500ms   8.5s"));
}

TEST_F(TextViews, VerdictsHaveConnectionsAndSeconds) {
    const auto lines = verdicts_view(snapshot_, {});
    ASSERT_EQ(lines.size(), 1 + model::verdicts);
    EXPECT_EQ(lines[1], "redis-server  6379  server  peer_stalled     peer       300  3.3min");
}

TEST_F(TextViews, ExplainHasTheSentencesOfTheModel) {
    EXPECT_THAT(said({"EXPLAIN", "redis-server"}),
                HasSubstr("service redis-server:6379 (server)\n  Verdict: peer_stalled (peer)"));
    EXPECT_THAT(said({"explain", "127.0.0.1:45678"}), HasSubstr("Verdict: peer_slow (peer)"));
}

TEST_F(TextViews, WhatIsNotThereIsSaid) {
    EXPECT_THAT(said({"EXPLAIN", "nobody"}),
                StartsWith("problem: nothing is known by 'nobody'; ask for a service's name"));
    EXPECT_THAT(said({"EXPLAIN"}), StartsWith("problem: wrong number of arguments"));
    EXPECT_THAT(said({"TOP", "PORT", "99999999"}),
                StartsWith("problem: option 'PORT 99999999' can't"));
    EXPECT_THAT(said({"VERDICTS", "SERVICE"}),
                StartsWith("problem: option 'SERVICE' has no value"));
    EXPECT_EQ(said({"NONSENSE"}), "problem: unknown subcommand 'NONSENSE'. Try WIREGAP HELP.");
    EXPECT_THAT(said({"HELP"}), HasSubstr("EXPLAIN service|port:N"));
    EXPECT_THAT(top_view(snapshot_, std::vector<std::string_view>{"PORT", "1"}).size(), 1U);
    EXPECT_THROW(text_view(nullptr, std::vector<std::string_view>{"TOP"}), BadView);
}

}  // namespace
}  // namespace wiregap::exporters
