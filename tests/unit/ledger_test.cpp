// SPDX-License-Identifier: Apache-2.0
// The identities of the byte counters, and what the ledger does when a walk sees a moving queue.
#include "daemon/model/ledger.h"

#include <gtest/gtest.h>

namespace wiregap::model {
namespace {

ServiceSample sample(std::uint64_t written, std::uint64_t notsent, std::uint64_t unacked) {
    ServiceSample service{.id = 1, .since_ns = 5};
    service.counters.written_bytes = written;
    service.gauges.notsent_bytes = notsent;
    service.gauges.unacked_bytes = unacked;
    return service;
}

ServiceSample completed(Ledger& ledger, ServiceSample service, bool fresh = true) {
    ledger.complete(service, fresh);
    ledger.end_of_tick();
    return service;
}

TEST(Ledger, DerivesTransmittedAndAckedFromTheQueue) {
    Ledger ledger;
    const auto service = completed(ledger, sample(1000, 300, 200));
    EXPECT_EQ(service.counters.written_bytes, 1000U);
    EXPECT_EQ(service.counters.transmitted_bytes, 700U);
    EXPECT_EQ(service.counters.acked_bytes, 500U);
}

TEST(Ledger, TakesAQueueFromBeforeTheFirstTickAsWritten) {
    Ledger ledger;
    const auto first = completed(ledger, sample(0, 300, 200));
    EXPECT_EQ(first.counters.written_bytes, 500U);
    EXPECT_EQ(first.counters.transmitted_bytes, 200U);
    EXPECT_EQ(first.counters.acked_bytes, 0U);
    const auto drained = completed(ledger, sample(100, 0, 0));
    EXPECT_EQ(drained.counters.written_bytes, 600U);
    EXPECT_EQ(drained.counters.transmitted_bytes, 600U);
    EXPECT_EQ(drained.counters.acked_bytes, 600U);
}

TEST(Ledger, DoesNotTakeAWriteInProgressForAnOldQueue) {
    Ledger ledger;
    ledger.end_of_tick();  // the first tick saw no service
    const auto blocked = completed(ledger, sample(0, 300, 200));
    EXPECT_EQ(blocked.counters.written_bytes, 0U);
    const auto returned = completed(ledger, sample(800, 0, 0));
    EXPECT_EQ(returned.counters.written_bytes, 800U);
    EXPECT_EQ(returned.counters.acked_bytes, 800U);
}

TEST(Ledger, UndeliveredBytesAreNeitherAckedNorQueued) {
    Ledger ledger;
    ServiceSample service = sample(1000, 0, 0);
    service.counters.undelivered_bytes[1] = 400;
    service.died_notsent_bytes = 300;
    service = completed(ledger, service);
    EXPECT_EQ(service.counters.transmitted_bytes, 700U);
    EXPECT_EQ(service.counters.acked_bytes, 600U);
}

TEST(Ledger, CountersNeverFall) {
    Ledger ledger;
    EXPECT_EQ(completed(ledger, sample(1000, 0, 0)).counters.acked_bytes, 1000U);
    // A walk that saw more in the queue than was counted as written when it began.
    const auto moving = completed(ledger, sample(1000, 50, 50));
    EXPECT_EQ(moving.counters.acked_bytes, 1000U);
    EXPECT_EQ(moving.counters.transmitted_bytes, 1000U);
}

TEST(Ledger, StandsStillWithoutAFreshWalk) {
    Ledger ledger;
    completed(ledger, sample(1000, 300, 200));
    const auto stale = completed(ledger, sample(2000, 300, 200), false);
    EXPECT_EQ(stale.counters.written_bytes, 2000U);
    EXPECT_EQ(stale.counters.transmitted_bytes, 700U);
    EXPECT_EQ(stale.counters.acked_bytes, 500U);
}

TEST(Ledger, AReusedIdBeginsAnew) {
    Ledger ledger;
    completed(ledger, sample(1000, 0, 0));
    ServiceSample next = sample(10, 0, 0);
    next.since_ns = 6;
    next = completed(ledger, next);
    EXPECT_EQ(next.counters.acked_bytes, 10U);
}

TEST(Ledger, LeavesCompleteBytesAlone) {
    Ledger ledger;
    ServiceSample service = sample(1000, 300, 200);
    service.bytes_complete = true;
    service.counters.acked_bytes = 123;
    EXPECT_EQ(completed(ledger, service).counters.acked_bytes, 123U);
}

}  // namespace
}  // namespace wiregap::model
