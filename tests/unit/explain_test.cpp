// SPDX-License-Identifier: Apache-2.0
#include "daemon/model/explain.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/judge_cases.h"
#include "tests/unit/sample_snapshot.h"

namespace wiregap::model {
namespace {

using testing::HasSubstr;

Connection with_case(const test::JudgeCase& one) {
    Connection c = test::sample_connection();
    c.judgement.verdict = one.verdict;
    c.judgement.evidence = one.interval;
    c.judgement.basis = Basis::held_time;
    return c;
}

TEST(Explain, EveryVerdictGetsSentencesAndSomebodyWhoseProblemItIs) {
    for (const test::JudgeCase& one : test::judge_cases()) {
        const Explanation e = explain_connection({}, with_case(one));
        for (const std::string& text : {e.held, e.where, e.why, e.whose, e.advice}) {
            ASSERT_GT(text.size(), 5U) << one.seen;
            EXPECT_EQ(text.back(), '.') << text;
            EXPECT_EQ(text.find("nan"), std::string::npos) << text;
        }
    }
}

TEST(Explain, AStalledPeerIsNamedWithItsNumbers) {
    Connection c = test::sample_connection();
    c.notsent_bytes = 3'700'000;
    c.egress_bytes = 0;
    c.oldest_notsent_ns = 4'200'000'000;
    c.judgement.verdict = Verdict::peer_stalled;
    c.judgement.basis = Basis::held_time;
    c.judgement.evidence.seconds_without_ack = 8;
    const Explanation e = explain_connection({}, c);
    EXPECT_EQ(e.subject, "connection 127.0.0.1:6379 -> 127.0.0.1:45678 of redis-server:6379");
    EXPECT_EQ(e.verdict, Verdict::peer_stalled);
    EXPECT_EQ(e.held, "3.5MiB wait on this host, the oldest unsent byte for 4.2s.");
    EXPECT_EQ(e.where,
              "Reply backlog unknown, notsent 3.5MiB, egress 0 of 98B in flight, delivered 803B; "
              "the send buffer is 2.5 % full.");
    EXPECT_EQ(e.why, "The peer's window is closed, and it has acknowledged nothing for 8.0s.");
    EXPECT_EQ(e.whose, "The peer's: its program has stopped reading.");
    EXPECT_THAT(e.advice, HasSubstr("Look at the process at the peer's end"));
    EXPECT_THAT(e.notes,
                testing::ElementsAre(HasSubstr("No source knows the application's reply backlog")));
}

TEST(Explain, AServiceHasItsSharesAndItsWorstConnections) {
    const Snapshot snapshot = test::sample_snapshot();
    const Explanation e = explain_service(snapshot, snapshot.services[0]);
    EXPECT_EQ(e.subject, "service redis-server:6379 (server)");
    EXPECT_THAT(e.why, HasSubstr("301 peer_slow"));
    EXPECT_THAT(e.why, HasSubstr("peer_slow 9.8 %"));
    EXPECT_THAT(e.notes, testing::Contains(HasSubstr("Worst 1: peer 127.0.0.1:45678, peer_slow.")));
}

TEST(Explain, AnswersEveryKindOfQuestion) {
    Snapshot snapshot = test::sample_snapshot();
    snapshot.connections[0].owner.pid = 13;
    const auto subject = [&](std::string_view what) {
        const Answer answer = explain(snapshot, what);
        return answer.found.empty() ? answer.problem : answer.found[0].subject.substr(0, 10);
    };
    for (const char* service :
         {"redis-server", "service:redis-server", "6379", "port:6379", "12", "pid:12"}) {
        EXPECT_EQ(subject(service), "service re") << service;
    }
    for (const char* connection :
         {"13", "pid:13", "7", "cookie:7", "127.0.0.1:45678", "127.0.0.1:6379-127.0.0.1:45678"}) {
        EXPECT_EQ(subject(connection), "connection") << connection;
    }
    for (const char* nothing : {"", "nginx", "port:80", "pid:x", "cookie:", "1.2.3.4:5", "99999999",
                                "999999999999999999999999"}) {
        EXPECT_THAT(subject(nothing), HasSubstr("ask for a service's name")) << nothing;
    }
}

TEST(Explain, NamesFromOutsideCannotWriteToTheTerminal) {
    EXPECT_THAT(explain(test::sample_snapshot(), "\033[2J").problem, HasSubstr("'?[2J'"));
}

TEST(Explain, SaysWhatTheJudgementRestsOn) {
    Connection c = test::sample_connection();
    c.judgement.basis = Basis::chrono;
    c.reply_backlog_bytes = 0;
    const auto notes = explain_connection({}, c).notes;
    ASSERT_EQ(notes.size(), 1U);
    EXPECT_THAT(notes[0], HasSubstr("counts no held time"));
}

}  // namespace
}  // namespace wiregap::model
