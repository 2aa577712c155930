// SPDX-License-Identifier: Apache-2.0
#include "daemon/model/judge.h"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <set>
#include <string>

#include "daemon/model/hysteresis.h"
#include "tests/unit/judge_cases.h"

namespace wiregap::model {
namespace {

TEST(Judge, EveryCaseHasItsVerdict) {
    for (const test::JudgeCase& c : test::judge_cases()) {
        EXPECT_EQ(to_string(judge(c.interval, {}).verdict), to_string(c.verdict)) << c.seen;
    }
}

TEST(Judge, TheCasesCoverEveryVerdict) {
    std::set<Verdict> covered;
    for (const test::JudgeCase& c : test::judge_cases()) covered.insert(c.verdict);
    EXPECT_EQ(covered.size(), verdicts);
}

TEST(Judge, ArchitectureHasTheCases) {
    std::string table = "| seen over one second | verdict | locus | why |\n|---|---|---|---|\n";
    for (const test::JudgeCase& c : test::judge_cases()) {
        table += "| " + c.seen + " | `" + std::string(to_string(c.verdict)) + "` | " +
                 std::string(to_string(locus_of(c.verdict))) + " | " + c.why + " |\n";
    }
    std::ifstream file(WIREGAP_SOURCE_DIR "/ARCHITECTURE.md");
    const std::string document{std::istreambuf_iterator<char>(file), {}};
    EXPECT_TRUE(document.find(table) != std::string::npos) << "it should have:\n" << table;
}

TEST(Judge, AnEarlierRuleWins) {
    Interval all = test::busy_second();
    all.notsent_bytes = 1000;
    all.peer_zero_window = true;
    all.seconds_without_ack = 10;
    all.in_recovery = true;
    all.egress_wait_seconds = 1;
    all.sndbuf_limited_seconds = 1;
    EXPECT_EQ(judge(all, {}).verdict, Verdict::peer_stalled);
    all.peer_zero_window = false;
    EXPECT_EQ(judge(all, {}).verdict, Verdict::network_lossy);
    all.in_recovery = false;
    EXPECT_EQ(judge(all, {}).verdict, Verdict::host_egress);
    all.egress_wait_seconds = 0;
    EXPECT_EQ(judge(all, {}).verdict, Verdict::sndbuf_small);
}

TEST(Judge, ThresholdsDecide) {
    Interval i = test::busy_second();
    i.held_seconds.at(static_cast<std::size_t>(Reason::cwnd)) = 0.2F;
    EXPECT_EQ(judge(i, {.held_ratio = 0.1}).verdict, Verdict::network_limited);
    EXPECT_EQ(judge(i, {.held_ratio = 0.3}).verdict, Verdict::flowing);
    i.retransmitted_bytes = 20000;  // 2 %
    EXPECT_EQ(judge(i, {.retransmit_ratio = 0.01}).verdict, Verdict::network_lossy);
    EXPECT_EQ(judge(i, {.retransmit_ratio = 0.03}).verdict, Verdict::network_limited);
}

TEST(Judge, WithoutABacklogSourceNobodyIsLate) {
    Interval i = test::busy_second();
    i.had_backlog = true;
    i.reply_backlog_bytes.reset();
    EXPECT_EQ(judge(i, {}).verdict, Verdict::flowing);
}

TEST(Judge, SaysWhatItRestsOn) {
    Interval i = test::busy_second();
    EXPECT_EQ(judge(i, {}).basis, Basis::held_time);
    i.held_known = false;
    EXPECT_EQ(judge(i, {}).basis, Basis::chrono);
    i.seconds = 0;
    EXPECT_EQ(judge(i, {}).basis, Basis::state);
}

Hysteresis after(Hysteresis state, std::initializer_list<Verdict> rulings) {
    for (const Verdict ruling : rulings) state = after(state, ruling, 3);
    return state;
}

TEST(Hysteresis, AWorseRulingIsShownAtOnce) {
    using enum Verdict;
    EXPECT_EQ(after({}, {flowing, network_limited}).shown, network_limited);
    EXPECT_EQ(after({}, {network_limited, peer_stalled}).shown, peer_stalled);
}

TEST(Hysteresis, ABetterOneOnlyAfterCalmTicks) {
    using enum Verdict;
    const Hysteresis held = after({}, {peer_stalled, flowing, flowing});
    EXPECT_EQ(held.shown, peer_stalled);
    EXPECT_EQ(after(held, {flowing}).shown, flowing);
    EXPECT_EQ(after(held, {peer_stalled, flowing, flowing}).shown, peer_stalled);
}

TEST(Hysteresis, TheWorstOfTheCalmTicksIsWhatComes) {
    using enum Verdict;
    EXPECT_EQ(after({}, {peer_stalled, idle, coalescing, flowing}).shown, coalescing);
}

TEST(Hysteresis, FlowingAndIdleFollowEachOtherAtOnce) {
    using enum Verdict;
    EXPECT_EQ(after({}, {flowing, idle}).shown, idle);
}

}  // namespace
}  // namespace wiregap::model
