// SPDX-License-Identifier: Apache-2.0
// What stays raised for nobody is lowered, and nothing else is.
#include "daemon/kernel/bpf/filter_check.h"

#include <gtest/gtest.h>

namespace wiregap::kernel {
namespace {

class FilterCheckTest : public testing::Test {
  protected:
    void look(unsigned times) {
        for (unsigned i = 0; i < times; ++i) check.look(filter, moves, counted);
    }

    FilterCheck check;
    FilterCheck::Slots filter{};
    FilterCheck::Slots moves{};
    FilterCheck::Slots counted{};
};

TEST_F(FilterCheckTest, WhatIsRaisedForSomebodyStays) {
    filter[7] = counted[7] = 3;
    look(FilterCheck::looks_until_mended + 1);
    EXPECT_EQ(filter[7], 3U);
    EXPECT_EQ(check.mended(), 0U);
}

TEST_F(FilterCheckTest, WhatStaysRaisedForNobodyIsLowered) {
    filter[7] = 3;
    counted[7] = 1;
    look(FilterCheck::looks_until_mended - 1);
    EXPECT_EQ(filter[7], 3U) << "it may have been raised while the walk went on, or passed over";
    look(1);
    EXPECT_EQ(filter[7], 1U);
    EXPECT_EQ(check.mended(), 2U);
    look(FilterCheck::looks_until_mended);
    EXPECT_EQ(filter[7], 1U);
    EXPECT_EQ(check.mended(), 2U);
}

TEST_F(FilterCheckTest, WhatWasPassedOverOnceIsNotLowered) {
    filter[7] = 1;
    for (int i = 0; i < 5; ++i) {
        counted[7] = 0;
        look(FilterCheck::looks_until_mended - 1);
        counted[7] = 1;
        look(1);
    }
    EXPECT_EQ(filter[7], 1U);
    EXPECT_EQ(check.mended(), 0U);
}

TEST_F(FilterCheckTest, WhatWasLoweredTooOftenIsNobodysAgain) {
    filter[7] = static_cast<std::uint32_t>(-1);
    look(FilterCheck::looks_until_mended);
    EXPECT_EQ(filter[7], 0U);
    EXPECT_EQ(check.mended(), 1U);
}

TEST_F(FilterCheckTest, ASocketThatIsMetTwiceIsNoFault) {
    filter[7] = 1;
    counted[7] = 2;
    look(FilterCheck::looks_until_mended + 1);
    EXPECT_EQ(filter[7], 1U);
    EXPECT_EQ(check.mended(), 0U);
}

TEST_F(FilterCheckTest, WhatMovesIsLeftAlone) {
    for (std::uint32_t i = 0; i < 6; ++i) {
        filter[7] = 2;  // raised, lowered and raised again between two walks that found it low
        counted[7] = 1;
        moves[7] += 2;
        check.look(filter, moves, counted);
    }
    EXPECT_EQ(check.mended(), 0U);
}

}  // namespace
}  // namespace wiregap::kernel
