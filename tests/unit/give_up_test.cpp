// SPDX-License-Identifier: Apache-2.0
#include "daemon/model/give_up.h"

#include <gtest/gtest.h>

#include "daemon/model/connection.h"

namespace wiregap::model {
namespace {

Connection silent() {
    Connection c;
    c.state = established_state;
    c.retries = 15;
    c.rto_us = 200000;
    return c;
}

Connection probing() {
    Connection c = silent();
    c.peer_zero_window = true;
    c.unanswered_probes = 2;
    c.backoff = 2;
    return c;
}

Connection sending_again() {
    Connection c = silent();
    c.unacked_bytes = 1;
    c.backoff = 3;
    return c;
}

// Linux, Documentation/networking/ip-sysctl.rst, tcp_retries2: 15 are 924.6 seconds.
TEST(GiveUp, TheDefaultIsThatOfTheManual) {
    EXPECT_NEAR(*gives_up_seconds(sending_again(), 0), 924.6, 0.01);
    EXPECT_NEAR(*gives_up_seconds(sending_again(), 100), 824.6, 0.01);
    EXPECT_EQ(gives_up_seconds(sending_again(), 2000), 0);
}

TEST(GiveUp, ProbesAreCounted) {
    // Thirteen are left: 0.8, 1.6 .. 102.4, then 120 seconds each.
    EXPECT_NEAR(*gives_up_seconds(probing(), 5), 0.8 * 255 + 5 * 120, 0.01);
    Connection c = probing();
    c.unanswered_probes = 99;
    EXPECT_EQ(gives_up_seconds(c, 5), 0);
}

TEST(GiveUp, AUserTimeoutDecides) {
    for (Connection c : {probing(), sending_again()}) {
        c.user_timeout_ms = 30000;
        EXPECT_DOUBLE_EQ(*gives_up_seconds(c, 10), 20);
    }
}

TEST(GiveUp, WhatIsAnsweredOrClosedIsNotKnown) {
    EXPECT_FALSE(gives_up_seconds(silent(), 5));
    Connection c = sending_again();
    c.state = 4;  // FIN_WAIT1
    EXPECT_FALSE(gives_up_seconds(c, 5));
    c = sending_again();
    c.retries = 0;
    EXPECT_FALSE(gives_up_seconds(c, 5));
}

}  // namespace
}  // namespace wiregap::model
