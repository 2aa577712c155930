// SPDX-License-Identifier: Apache-2.0
// Services as people see them: sums over the numbers that the kernel counts by.
#include "daemon/model/service_book.h"

#include <gtest/gtest.h>

namespace wiregap::model {
namespace {

CountedService redis(std::uint32_t id, std::uint64_t written, std::uint64_t since_ns = 1) {
    CountedService one{.id = id, .since_ns = since_ns, .service = {}};
    one.service.name = "redis-server";
    one.service.port = 6379;
    one.service.counters.written_bytes = written;
    one.service.counters.closed[1] = 1;
    one.service.counters.egress_wait.record_ns(1000);
    one.service.gauges.connections[1] = 2;
    one.service.verdicts.connections[0] = 3;
    one.service.verdicts.seconds[0] = 4;
    return one;
}

TEST(ServiceBook, WhatBearsOneNameIsOne) {
    ServiceBook book;
    const auto services = book.fold({redis(1, 100), redis(2, 50)});
    ASSERT_EQ(services.size(), 1U);
    EXPECT_EQ(services[0].counters.written_bytes, 150U);
    EXPECT_EQ(services[0].counters.closed[1], 2U);
    EXPECT_EQ(services[0].counters.egress_wait.count(), 2U);
    EXPECT_EQ(services[0].gauges.connections[1], 4U);
    EXPECT_EQ(services[0].verdicts.connections[0], 6U);
}

TEST(ServiceBook, WhatANumberHadCountedStaysWhenItIsGone) {
    ServiceBook book;
    book.fold({redis(1, 100), redis(2, 50)});
    const auto services = book.fold({redis(2, 60)});
    ASSERT_EQ(services.size(), 1U);
    EXPECT_EQ(services[0].counters.written_bytes, 160U);
    EXPECT_EQ(services[0].verdicts.seconds[0], 8);
    EXPECT_EQ(services[0].verdicts.connections[0], 3U) << "those that live";
    EXPECT_EQ(book.fold({redis(2, 61)})[0].counters.written_bytes, 161U) << "and is added once";
}

TEST(ServiceBook, ANumberUsedAgainIsAnotherOne) {
    ServiceBook book;
    book.fold({redis(1, 100)});
    EXPECT_EQ(book.fold({redis(1, 5, 2)})[0].counters.written_bytes, 105U);
}

TEST(ServiceBook, AnotherOwnerBeginsAtZero) {
    ServiceBook book;
    book.fold({redis(1, 100)});
    CountedService other = redis(2, 7);
    other.service.name = "valkey-server";
    const auto services = book.fold({redis(1, 100), other});
    ASSERT_EQ(services.size(), 2U);
    EXPECT_EQ(services[0].counters.written_bytes, 100U);
    EXPECT_EQ(services[1].counters.written_bytes, 7U);
}

TEST(ServiceBook, WhereThereIsOtherWhatEndsIsThere) {
    ServiceBook book;
    CountedService other{.id = 0, .since_ns = 1, .service = {}};
    other.service.name = "other";
    other.service.counters.written_bytes = 3;
    book.fold({other, redis(1, 100)});
    auto services = book.fold({other});
    ASSERT_EQ(services.size(), 1U);
    EXPECT_EQ(services[0].counters.written_bytes, 103U);
    services = book.fold({other, redis(2, 1, 5)});
    EXPECT_EQ(services[0].counters.written_bytes, 103U) << "once";
    EXPECT_EQ(services[1].counters.written_bytes, 1U) << "who comes back begins anew";
}

TEST(ServiceBook, ANameThatNobodyBearsIsForgotten) {
    ServiceBook book;
    book.fold({redis(1, 100)});
    EXPECT_TRUE(book.fold({}).empty());
    EXPECT_EQ(book.fold({redis(2, 1, 5)})[0].counters.written_bytes, 1U);
}

}  // namespace
}  // namespace wiregap::model
