// SPDX-License-Identifier: Apache-2.0
#include "daemon/model/seq.h"

#include <gtest/gtest.h>

namespace wiregap::model {
namespace {

TEST(Seq, DistanceIsSigned) {
    EXPECT_EQ(seq_distance(100, 350), 250);
    EXPECT_EQ(seq_distance(350, 100), -250);
    EXPECT_EQ(seq_distance(7, 7), 0);
}

TEST(Seq, DistanceGoesAcrossTheWrap) {
    EXPECT_EQ(seq_distance(0xffffff00U, 0x100U), 0x200);
    EXPECT_EQ(seq_distance(0x100U, 0xffffff00U), -0x200);
    EXPECT_EQ(seq_bytes(0xffffffffU, 0), 1U);
}

TEST(Seq, BytesAreNeverNegative) {
    EXPECT_EQ(seq_bytes(100, 350), 250U);
    EXPECT_EQ(seq_bytes(350, 100), 0U);
    EXPECT_EQ(seq_bytes(0, 0xffffffffU), 0U);
}

TEST(Seq, HalfOfTheSpaceIsTheLimit) {
    EXPECT_EQ(seq_bytes(0, 0x7fffffffU), 0x7fffffffU);
    EXPECT_EQ(seq_bytes(0, 0x80000001U), 0U);
}

// A gauge made from sequence numbers must go on moving when they wrap, and not freeze there.
TEST(Seq, QueueKeepsItsLengthWhileTheNumbersWrap) {
    std::uint32_t snd_nxt = 0xffffffffU - 5000;
    for (int step = 0; step < 100; ++step, snd_nxt += 100) {
        EXPECT_EQ(seq_bytes(snd_nxt, snd_nxt + 4096), 4096U) << "at step " << step;
    }
}

}  // namespace
}  // namespace wiregap::model
