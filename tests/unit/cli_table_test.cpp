// SPDX-License-Identifier: Apache-2.0
// Numbers and tables as people read them.
#include <gtest/gtest.h>

#include "daemon/model/units.h"
#include "daemon/view/text_table.h"

namespace wiregap::view {
namespace {

using model::human_bytes;
using model::human_percent;
using model::human_seconds;
using model::printable;

TEST(CliUnits, Bytes) {
    EXPECT_EQ(human_bytes(0), "0");
    EXPECT_EQ(human_bytes(1), "1B");
    EXPECT_EQ(human_bytes(1023), "1023B");
    EXPECT_EQ(human_bytes(1024), "1.0KiB");
    EXPECT_EQ(human_bytes(10189), "10KiB");     // 9.95 KiB is not "10.0KiB"
    EXPECT_EQ(human_bytes(1048575), "1.0MiB");  // and not "1024KiB"
    EXPECT_EQ(human_bytes(3885056), "3.7MiB");
    EXPECT_EQ(human_bytes(18446744073709551615.0), "16EiB");
}

TEST(CliUnits, Seconds) {
    EXPECT_EQ(human_seconds(0), "0");
    EXPECT_EQ(human_seconds(1e-9), "1.0ns");
    EXPECT_EQ(human_seconds(850e-9), "850ns");
    EXPECT_EQ(human_seconds(12.34e-6), "12us");
    EXPECT_EQ(human_seconds(0.9999), "1.0s");  // and not "1000ms"
    EXPECT_EQ(human_seconds(0.0412), "41ms");
    EXPECT_EQ(human_seconds(90), "1.5min");
    EXPECT_EQ(human_seconds(360000), "100h");
}

TEST(CliUnits, PercentNeverRoundsSomethingToNothing) {
    EXPECT_EQ(human_percent(0), "0");
    EXPECT_EQ(human_percent(0.00001), "<0.1");
    EXPECT_EQ(human_percent(0.05), "5.0");
    EXPECT_EQ(human_percent(0.371), "37");
    EXPECT_EQ(human_percent(1), "100");
    EXPECT_EQ(human_percent(1.25), "125");
}

TEST(CliUnits, NamesCannotSpeakToTheTerminal) {
    EXPECT_EQ(printable("redis\033[2J\n\x7f"), "redis?[2J??");
    EXPECT_EQ(printable("a\xc2\x9b"
                        "2Jb"),
              "a?2Jb");  // U+009B, the one-character CSI
    EXPECT_EQ(printable("caf\xc3\xa9"), "caf\xc3\xa9");
}

TextTable two_columns() {
    TextTable table({{"SERVICE", Align::left, "", 8}, {"UNDELIVERED", Align::right, "UNDELIV"}});
    table.add({"a-long-service", "12B"});
    table.add({"nginx", "1.0KiB"});
    return table;
}

TEST(CliTable, Aligns) {
    EXPECT_EQ(two_columns().render({}),
              "SERVICE         UNDELIVERED\n"
              "a-long-service          12B\n"
              "nginx                1.0KiB\n");
}

TEST(CliTable, FitsByGapThenShortHeadersThenCutNames) {
    EXPECT_EQ(two_columns().render({26, false}).substr(0, 27), "SERVICE        UNDELIVERED\n");
    EXPECT_EQ(two_columns().render({22, false}).substr(0, 23), "SERVICE        UNDELIV\n");
    EXPECT_EQ(two_columns().render({17, false}),
              "SERVICE   UNDELIV\n"
              "a-long-s~     12B\n"
              "nginx      1.0KiB\n");
}

TEST(CliTable, NeverLosesANumberToTheWidth) {
    EXPECT_EQ(two_columns().render({5, false}),
              "SERVICE  UNDELIV\n"
              "a-long-~     12B\n"
              "nginx     1.0KiB\n");
}

TEST(CliTable, OnlyTheHeaderIsBold) {
    const std::string text = two_columns().render({0, true});
    EXPECT_EQ(text.substr(0, 4), "\033[1m");
    EXPECT_EQ(text.find("\033[0m\n"), text.find('\n') - 4);
    EXPECT_EQ(text.find('\033', text.find('\n')), std::string::npos);
}

TEST(CliTable, CutsAndAlignsByCharactersNotBytes) {
    TextTable table({{"SERVICE", Align::left, "", 7}, {"N", Align::right}});
    table.add({"\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9", "1"});
    EXPECT_EQ(table.render({9, false}),
              "SERVICE N\n\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9~ 1\n");
}

}  // namespace
}  // namespace wiregap::view
