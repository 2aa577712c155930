// SPDX-License-Identifier: Apache-2.0
#include "daemon/model/interval.h"

#include <gtest/gtest.h>

#include "daemon/model/connection.h"

namespace wiregap::model {
namespace {

constexpr std::uint64_t second = 1'000'000'000;

Connection socket() {
    Connection c;
    c.cwnd_segs = 10;
    c.mss_bytes = 1000;
    c.rwnd_bytes = 50000;
    c.held_known = true;
    return c;
}

Interval between(const Connection& before, const Connection& now) {
    const Mark mark = mark_of(nullptr, before, {}, second);
    return interval_between(&mark, now, 3 * second);
}

TEST(Interval, TheFirstLookHasNoDifferences) {
    Connection c = socket();
    c.sent_bytes = 5000;
    c.notsent_bytes = 7;
    const Interval i = interval_between(nullptr, c, second);
    EXPECT_EQ(i.seconds, 0);
    EXPECT_EQ(i.transmitted_bytes, 0U);
    EXPECT_FALSE(i.held_known);
    EXPECT_EQ(i.notsent_bytes, 7U);
}

TEST(Interval, BytesAreDifferences) {
    Connection before = socket();
    before.sent_bytes = 1000;
    before.retransmitted_bytes = 100;
    before.notsent_bytes = 50;
    before.acked_bytes = 600;
    Connection now = before;
    now.sent_bytes = 3000;
    now.retransmitted_bytes = 400;
    now.notsent_bytes = 70;
    now.acked_bytes = 1600;
    const Interval i = between(before, now);
    EXPECT_EQ(i.seconds, 2);
    EXPECT_EQ(i.transmitted_bytes, 1700U);
    EXPECT_EQ(i.written_bytes, 1720U);
    EXPECT_EQ(i.retransmitted_bytes, 300U);
    EXPECT_EQ(i.acked_bytes, 1000U);
}

TEST(Interval, WhatOnlyABacklogSourceNamesHasNoDifferences) {
    Connection named;
    named.kernel_unknown = true;
    named.reply_backlog_bytes = 5;
    Connection seen = socket();
    seen.sent_bytes = seen.acked_bytes = 1'000'000;
    seen.retransmitted_bytes = 5000;
    const Mark mark = mark_of(nullptr, named, {}, second);
    EXPECT_TRUE(is_same_connection(mark, seen));
    const Interval i = interval_between(&mark, seen, 3 * second);
    EXPECT_EQ(i.seconds, 2);
    EXPECT_TRUE(i.had_backlog);
    EXPECT_EQ(i.transmitted_bytes + i.acked_bytes + i.retransmitted_bytes, 0U);
    EXPECT_TRUE(is_same_connection(mark_of(nullptr, seen, {}, second), named));
}

TEST(Interval, DropsOfThisHostFadeAndStandWhileNothingIsAcknowledged) {
    Connection c = socket();
    c.unacked_bytes = 1000;
    const Mark first = mark_of(nullptr, c, {}, second);
    c.dropped_segments = 8;
    c.sent_bytes = 5000;
    const Interval dropped = interval_between(&first, c, 2 * second);
    EXPECT_EQ(dropped.recent.dropped, 8);
    EXPECT_EQ(dropped.recent.transmitted, 5);
    const Mark then = mark_of(&first, c, dropped, 2 * second);
    EXPECT_DOUBLE_EQ(interval_between(&then, c, 7 * second).recent.dropped, 4);
    EXPECT_EQ(interval_between(&then, c, 62 * second).since_ack.dropped, 8);
    c.acked_bytes = 1000;
    EXPECT_EQ(interval_between(&then, c, 7 * second).since_ack.dropped, 0)
        << "what was repaired is no reason of a later silence";
    c.dropped_by = HostDrop::neighbour;
    c.dropped_segments = 9;
    const Interval silent = interval_between(&then, c, 7 * second);
    EXPECT_DOUBLE_EQ(silent.recent.dropped, 4);
    EXPECT_EQ(silent.recent.unresolved, 1);
    EXPECT_EQ(silent.dropped_by, HostDrop::other) << "of the others";
}

TEST(Interval, NobodyWaitsForAnAckWhileNothingIsOutstanding) {
    Connection c = socket();
    c.receive_queue_bytes = 100;
    const Mark quiet = mark_of(nullptr, c, {}, second);
    c.unacked_bytes = 10;
    const Interval first = interval_between(&quiet, c, 61 * second);
    EXPECT_EQ(first.seconds_without_ack, 0);
    const Mark sent = mark_of(&quiet, c, first, 61 * second);
    EXPECT_EQ(interval_between(&sent, c, 64 * second).seconds_without_ack, 3);
}

TEST(Interval, HeldTimeSurvivesTheWrapOfItsUnits) {
    Connection before = socket();
    before.held_units[2] = 0xfffffff0;
    Connection now = socket();
    now.held_units[2] = 0x10;
    EXPECT_FLOAT_EQ(between(before, now).held_seconds[2], 32 * 256e-9F);
    now.held_known = false;
    EXPECT_FALSE(between(before, now).held_known);
}

TEST(Interval, MoreHeldTimeThanThereWasIsNotBelieved) {
    Connection before = socket();
    before.held_units[0] = 50'000'000;  // the later reading failed and has zero: a huge difference
    EXPECT_FALSE(between(before, socket()).held_known);
}

TEST(Interval, CountersThatRunBackwardsGiveZero) {
    Connection before = socket();
    before.sent_bytes = before.acked_bytes = before.rwnd_limited_us = 1000;
    const Interval i = between(before, socket());
    EXPECT_EQ(i.transmitted_bytes + i.acked_bytes, 0U);
    EXPECT_EQ(i.rwnd_limited_seconds, 0);
}

TEST(Interval, TimeWithoutAnAckAddsUpOverIntervals) {
    Connection c = socket();
    c.unacked_bytes = 5;
    c.acked_bytes = 10;
    const Mark first = mark_of(nullptr, c, {}, second);
    const Mark next = mark_of(&first, c, interval_between(&first, c, 3 * second), 3 * second);
    EXPECT_EQ(interval_between(&next, c, 6 * second).seconds_without_ack, 5);
    c.acked_bytes = 11;
    EXPECT_EQ(interval_between(&next, c, 6 * second).seconds_without_ack, 0);
}

TEST(Interval, EgressWaitNeedsAQueueAtBothEnds) {
    Connection queued = socket();
    queued.unacked_bytes = 10000;
    queued.send_buffer_used_bytes = 20000;
    queued.egress_bytes = 10000;  // truesize: 5000 of payload
    Connection now = queued;
    now.sent_bytes = 50000;
    EXPECT_DOUBLE_EQ(between(queued, now).egress_wait_seconds, 0.2);
    now.egress_bytes = 0;
    EXPECT_EQ(between(queued, now).egress_wait_seconds, 0);
}

TEST(InferReason, FollowsTheKernelsTests) {
    Connection c = socket();
    EXPECT_EQ(infer_reason(c), std::nullopt);
    c.notsent_bytes = 400;
    EXPECT_EQ(infer_reason(c), std::nullopt);
    c.unacked_bytes = 400;
    EXPECT_EQ(infer_reason(c), Reason::nagle);
    c.unacked_bytes = 10000;
    EXPECT_EQ(infer_reason(c), Reason::cwnd);
    c.rwnd_bytes = 10000;
    EXPECT_EQ(infer_reason(c), Reason::rwnd);
    c.rwnd_bytes = 50000;
    c.peer_zero_window = true;
    EXPECT_EQ(infer_reason(c), Reason::rwnd);
}

}  // namespace
}  // namespace wiregap::model
