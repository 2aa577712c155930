// SPDX-License-Identifier: Apache-2.0
// WIREGAP: what a person with a redis-cli reads.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "daemon/resp/views.h"
#include "tests/unit/resp_talk.h"
#include "tests/unit/sample_snapshot.h"

namespace wiregap::resp {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

class RespViews : public testing::Test {
  protected:
    RespViews() {
        auto made = std::make_shared<model::Snapshot>(test::sample_snapshot());
        made->services[0].reply_backlogs = {{.source = "embedded", .bytes = 3 << 20}};
        snapshot_ = made;
        talk_.engine.snapshot = [this] { return snapshot_; };
    }
    model::SnapshotPtr snapshot_;
    test::Talk talk_;
};

TEST_F(RespViews, TopHasTheFivePlacesAndTheWorst) {
    EXPECT_THAT(
        top_view(*snapshot_, {}),
        ElementsAre(
            "service                       conns   backlog   notsent    egress   unacked "
            "undelivered  verdict (locus)",
            "redis-server:6379                16    3.0MiB       99B      305B       98B        "
            "500B  "
            "peer_stalled (peer)",
            "Held longest, by byte-seconds:",
            "  redis-server 127.0.0.1:6379 -> 127.0.0.1:45678: peer_slow, backlog unknown, notsent "
            "99B, unacked 98B"));
}

TEST_F(RespViews, VerdictsHaveConnectionsAndSeconds) {
    const auto lines = verdicts_view(*snapshot_, {});
    ASSERT_EQ(lines.size(), 1 + model::verdicts);
    EXPECT_EQ(lines[1],
              "redis-server:6379            peer_stalled     peer             300          200.5");
}

TEST_F(RespViews, ExplainHasTheSentencesOfTheModel) {
    EXPECT_THAT(
        talk_("WIREGAP EXPLAIN redis-server"),
        HasSubstr("+service redis-server:6379 (server)\r\n+  Verdict: peer_stalled (peer)"));
    EXPECT_THAT(talk_("WIREGAP EXPLAIN 127.0.0.1:45678"), HasSubstr("Verdict: peer_slow (peer)"));
}

TEST_F(RespViews, WhatIsNotThereIsSaid) {
    EXPECT_THAT(talk_("WIREGAP EXPLAIN nobody"),
                StartsWith("-ERR nothing is known by 'nobody'; ask for a service's name"));
    EXPECT_THAT(talk_("WIREGAP EXPLAIN"), StartsWith("-ERR wrong number of arguments"));
    EXPECT_THAT(talk_("WIREGAP TOP PORT 99999999"),
                StartsWith("-ERR option 'PORT 99999999' can't"));
    EXPECT_THAT(talk_("WIREGAP VERDICTS SERVICE"),
                StartsWith("-ERR option 'SERVICE' has no value"));
    EXPECT_THAT(top_view(*snapshot_, std::vector<std::string_view>{"PORT", "1"}).size(), 1U);
    talk_.engine.snapshot = [] { return model::SnapshotPtr(); };
    EXPECT_THAT(talk_("WIREGAP TOP"), StartsWith("-ERR there is no picture yet"));
}

}  // namespace
}  // namespace wiregap::resp
