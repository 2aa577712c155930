// SPDX-License-Identifier: Apache-2.0
#include "daemon/model/integral.h"

#include <gtest/gtest.h>

namespace wiregap::model {
namespace {

constexpr std::uint64_t second_ns = 1'000'000'000;

ServiceSample service(std::uint64_t unacked_bytes) {
    ServiceSample sample{.id = 1, .since_ns = 7};
    sample.gauges.unacked_bytes = unacked_bytes;
    sample.gauges.own_zero_windows = unacked_bytes > 0 ? 1 : 0;
    return sample;
}

ServiceCounters tick(Integrals& integrals, ServiceSample sample, std::uint64_t seconds,
                     bool gauges_fresh = true) {
    integrals.complete(sample, seconds * second_ns, gauges_fresh);
    integrals.end_of_tick();
    return sample.counters;
}

TEST(Integrals, AreTheAreaBelowTheGauge) {
    Integrals integrals;
    EXPECT_DOUBLE_EQ(tick(integrals, service(100), 10).unacked_byte_seconds, 0);
    EXPECT_DOUBLE_EQ(tick(integrals, service(100), 12).unacked_byte_seconds, 200);
    const ServiceCounters end = tick(integrals, service(0), 14);
    EXPECT_DOUBLE_EQ(end.unacked_byte_seconds, 300);
    EXPECT_DOUBLE_EQ(end.own_zero_window_seconds, 3);
}

TEST(Integrals, WaitForAWalkThatWasLeftOut) {
    Integrals integrals;
    tick(integrals, service(100), 10);
    EXPECT_DOUBLE_EQ(tick(integrals, service(0), 11, false).unacked_byte_seconds, 0);
    EXPECT_DOUBLE_EQ(tick(integrals, service(100), 12).unacked_byte_seconds, 200);
}

TEST(Integrals, AServiceThatWasGoneBeginsAnew) {
    Integrals integrals;
    tick(integrals, service(100), 10);
    EXPECT_DOUBLE_EQ(tick(integrals, service(100), 11).unacked_byte_seconds, 100);
    integrals.end_of_tick();
    EXPECT_DOUBLE_EQ(tick(integrals, service(100), 20).unacked_byte_seconds, 0);
}

}  // namespace
}  // namespace wiregap::model
