// SPDX-License-Identifier: Apache-2.0
#include "daemon/view/text.h"

#include <gtest/gtest.h>

namespace wiregap::view {
namespace {

TEST(ValidUtf8, LeavesValidTextAlone) {
    for (const char* text : {"", "redis-server", "caf\xc3\xa9", "\xe2\x82\xac", "\xf0\x9f\x98\x80",
                             "\x7f\n\t", "\xed\x9f\xbf", "\xf4\x8f\xbf\xbf"}) {
        EXPECT_EQ(valid_utf8(text), text);
    }
}

TEST(ValidUtf8, EscapesEachByteThatIsNone) {
    EXPECT_EQ(valid_utf8("a\xff"
                         "b"),
              "a\\xffb");
    EXPECT_EQ(valid_utf8("\xc3"), "\\xc3") << "cut off";
    EXPECT_EQ(valid_utf8("\xe2\x82"), "\\xe2\\x82") << "cut off";
    EXPECT_EQ(valid_utf8("\xc0\xaf"), "\\xc0\\xaf") << "overlong";
    EXPECT_EQ(valid_utf8("\xe0\x80\xaf"), "\\xe0\\x80\\xaf") << "overlong";
    EXPECT_EQ(valid_utf8("\xed\xa0\x80"), "\\xed\\xa0\\x80") << "surrogate";
    EXPECT_EQ(valid_utf8("\xf4\x90\x80\x80"), "\\xf4\\x90\\x80\\x80") << "above U+10FFFF";
    EXPECT_EQ(valid_utf8("\xc3\xa9\x80x"), "\xc3\xa9\\x80x");
}

TEST(ValidUtf8, KeepsDifferentNamesDifferent) {
    EXPECT_NE(valid_utf8("a\xfe"), valid_utf8("a\xff"));
}

}  // namespace
}  // namespace wiregap::view
