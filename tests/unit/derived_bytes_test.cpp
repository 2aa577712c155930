// SPDX-License-Identifier: Apache-2.0
// The identities of the byte counters, and what the derived does when a walk sees a moving queue.
#include "daemon/model/derived_bytes.h"

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

ServiceSample completed(DerivedBytes& derived, ServiceSample service, bool fresh = true) {
    derived.complete(service, fresh);
    derived.end_of_tick();
    return service;
}

TEST(DerivedBytes, DerivesTransmittedAndAckedFromTheQueue) {
    DerivedBytes derived;
    const auto service = completed(derived, sample(1000, 300, 200));
    EXPECT_EQ(service.counters.written_bytes, 1000U);
    EXPECT_EQ(service.counters.transmitted_bytes, 700U);
    EXPECT_EQ(service.counters.acked_bytes, 500U);
}

TEST(DerivedBytes, TakesAQueueFromBeforeTheFirstTickAsWritten) {
    DerivedBytes derived;
    const auto first = completed(derived, sample(0, 300, 200));
    EXPECT_EQ(first.counters.written_bytes, 500U);
    EXPECT_EQ(first.counters.transmitted_bytes, 200U);
    EXPECT_EQ(first.counters.acked_bytes, 0U);
    const auto drained = completed(derived, sample(100, 0, 0));
    EXPECT_EQ(drained.counters.written_bytes, 600U);
    EXPECT_EQ(drained.counters.transmitted_bytes, 600U);
    EXPECT_EQ(drained.counters.acked_bytes, 600U);
}

TEST(DerivedBytes, DoesNotTakeAWriteInProgressForAnOldQueue) {
    DerivedBytes derived;
    derived.end_of_tick();  // the first tick saw no service
    const auto blocked = completed(derived, sample(0, 300, 200));
    EXPECT_EQ(blocked.counters.written_bytes, 0U);
    const auto returned = completed(derived, sample(800, 0, 0));
    EXPECT_EQ(returned.counters.written_bytes, 800U);
    EXPECT_EQ(returned.counters.acked_bytes, 800U);
}

TEST(DerivedBytes, UndeliveredBytesAreNeitherAckedNorQueued) {
    DerivedBytes derived;
    ServiceSample service = sample(1000, 0, 0);
    service.counters.undelivered_bytes[1] = 400;
    service.died_notsent_bytes = 300;
    service = completed(derived, service);
    EXPECT_EQ(service.counters.transmitted_bytes, 700U);
    EXPECT_EQ(service.counters.acked_bytes, 600U);
}

TEST(DerivedBytes, CountersNeverFall) {
    DerivedBytes derived;
    EXPECT_EQ(completed(derived, sample(1000, 0, 0)).counters.acked_bytes, 1000U);
    // A walk that saw more in the queue than was counted as written when it began.
    const auto moving = completed(derived, sample(1000, 50, 50));
    EXPECT_EQ(moving.counters.acked_bytes, 1000U);
    EXPECT_EQ(moving.counters.transmitted_bytes, 1000U);
}

TEST(DerivedBytes, StandsStillWithoutAFreshWalk) {
    DerivedBytes derived;
    completed(derived, sample(1000, 300, 200));
    const auto stale = completed(derived, sample(2000, 300, 200), false);
    EXPECT_EQ(stale.counters.written_bytes, 2000U);
    EXPECT_EQ(stale.counters.transmitted_bytes, 700U);
    EXPECT_EQ(stale.counters.acked_bytes, 500U);
}

TEST(DerivedBytes, AReusedIdBeginsAnew) {
    DerivedBytes derived;
    completed(derived, sample(1000, 0, 0));
    ServiceSample next = sample(10, 0, 0);
    next.since_ns = 6;
    next = completed(derived, next);
    EXPECT_EQ(next.counters.acked_bytes, 10U);
}

TEST(DerivedBytes, LeavesCompleteBytesAlone) {
    DerivedBytes derived;
    ServiceSample service = sample(1000, 300, 200);
    service.bytes_complete = true;
    service.counters.acked_bytes = 123;
    EXPECT_EQ(completed(derived, service).counters.acked_bytes, 123U);
}

}  // namespace
}  // namespace wiregap::model
