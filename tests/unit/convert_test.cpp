// SPDX-License-Identifier: Apache-2.0
// From the kernel programs' reasons to the model's: the two lists must not drift apart.
#include "daemon/kernel/bpf/convert.h"

#include <gtest/gtest.h>

#include <utility>

namespace wiregap::kernel {
namespace {

using model::Reason;

model::ServiceCounters counters_of(const wg_counters& from) {
    model::ServiceSample sample;
    fill_counters(sample, from, from);
    return sample.counters;
}

TEST(Convert, EveryReasonHasItsPlace) {
    const std::pair<wg_reason, Reason> pairs[] = {
        {WG_REASON_PACING, Reason::pacing},  {WG_REASON_CWND, Reason::cwnd},
        {WG_REASON_RWND, Reason::rwnd},      {WG_REASON_NAGLE, Reason::nagle},
        {WG_REASON_CORK, Reason::cork},      {WG_REASON_AUTOCORK, Reason::autocork},
        {WG_REASON_TSQ, Reason::tsq},        {WG_REASON_TSO_DEFER, Reason::tso_defer},
        {WG_REASON_UNKNOWN, Reason::unknown}};
    for (const auto& [from, to] : pairs) {
        wg_counters counters{};
        counters.held_units[from] = 1'000'000;
        counters.held_byte_units[from] = 2'000'000;
        const model::ServiceCounters out = counters_of(counters);
        EXPECT_DOUBLE_EQ(out.held_seconds.at(static_cast<std::size_t>(to)), 0.256);
        EXPECT_DOUBLE_EQ(out.held_byte_seconds.at(static_cast<std::size_t>(to)), 0.512);
        wg_connection record{};
        record.reason = static_cast<__u8>(from);
        record.held_units[from - WG_REASON_PACING] = 11;
        const model::Connection connection = to_connection(record);
        EXPECT_EQ(connection.reason, to);
        EXPECT_EQ(connection.held_units.at(static_cast<std::size_t>(to)), 11U);
    }
}

TEST(Convert, AClosedWindowIsRwndAndCountedApart) {
    wg_counters counters{};
    counters.held_units[WG_REASON_RWND] = 1'000'000;
    counters.held_units[WG_REASON_ZERO_WINDOW] = 3'000'000;
    const model::ServiceCounters out = counters_of(counters);
    EXPECT_DOUBLE_EQ(out.held_seconds.at(static_cast<std::size_t>(Reason::rwnd)), 1.024);
    EXPECT_DOUBLE_EQ(out.peer_zero_window_seconds, 0.768);
    wg_connection record{};
    record.reason = WG_REASON_ZERO_WINDOW;
    EXPECT_EQ(to_connection(record).reason, Reason::rwnd);
}

TEST(Convert, WhatIsNotHeldOrNotYetKnownHasNoReason) {
    for (const wg_reason reason : {WG_REASON_NOT_HELD, WG_REASON_PENDING}) {
        wg_connection record{};
        record.reason = static_cast<__u8>(reason);
        EXPECT_FALSE(to_connection(record).reason.has_value());
    }
}

TEST(Convert, FlagsAreWords) {
    wg_connection record{};
    record.flags = WG_CONN_PEER_ZERO_WINDOW | WG_CONN_RECOVERY;
    const model::Connection connection = to_connection(record);
    EXPECT_TRUE(connection.peer_zero_window);
    EXPECT_TRUE(connection.in_recovery);
    EXPECT_FALSE(connection.own_zero_window);
    EXPECT_FALSE(connection.writer_waits);
    EXPECT_FALSE(connection.oldest_notsent_ns.has_value());
}

}  // namespace
}  // namespace wiregap::kernel
