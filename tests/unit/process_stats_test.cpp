// SPDX-License-Identifier: Apache-2.0
#include "daemon/view/process_stats.h"

#include <gtest/gtest.h>
#include <time.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

namespace wiregap::view {
namespace {

TEST(ProcessStats, OfThisProcessAreReasonable) {
    const ProcessStats stats = read_process_stats();
    EXPECT_GE(stats.cpu_seconds.value(), 0);
    EXPECT_GT(stats.resident_memory_bytes.value(), 1U << 20);
    EXPECT_GT(stats.virtual_memory_bytes.value(), *stats.resident_memory_bytes);
    EXPECT_GE(stats.open_fds.value(), 3U);
    EXPECT_GT(stats.max_fds.value(), *stats.open_fds);
    const double age = static_cast<double>(time(nullptr)) - stats.start_time_unix_seconds.value();
    EXPECT_GE(age, -1.5);
    EXPECT_LT(age, 600);
}

TEST(ProcessStats, CountOpenFilesExactly) {
    const auto before = read_process_stats().open_fds.value();
    const int fd = dup(0);
    EXPECT_EQ(read_process_stats().open_fds.value(), before + 1);
    close(fd);
}

TEST(ProcessStats, AreAbsentWhereTheyCannotBeRead) {
    const ProcessStats stats = read_process_stats("/nonexistent");
    EXPECT_FALSE(stats.cpu_seconds);
    EXPECT_FALSE(stats.start_time_unix_seconds);
    EXPECT_FALSE(stats.resident_memory_bytes);
    EXPECT_FALSE(stats.virtual_memory_bytes);
    EXPECT_FALSE(stats.open_fds);
}

TEST(ProcessStats, ANameWithParenthesesAndBlanksDoesNotShiftTheFields) {
    char directory[] = "/tmp/wiregap-proc-XXXXXX";
    ASSERT_NE(mkdtemp(directory), nullptr);
    const std::string stat = std::string(directory) + "/stat";
    std::ofstream(stat)
        << "7 (a) b (c) S 1 7 7 0 -1 4194560 1 0 0 0 200 100 0 0 20 0 1 0 5 8192 2 0\n";
    const ProcessStats stats = read_process_stats(directory);
    const auto ticks = static_cast<double>(sysconf(_SC_CLK_TCK));
    EXPECT_EQ(stats.cpu_seconds.value(), 300 / ticks);
    EXPECT_EQ(stats.virtual_memory_bytes.value(), 8192U);
    EXPECT_EQ(stats.resident_memory_bytes.value(),
              2 * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE)));
    std::ofstream(stat) << "7 (a) S 1";
    EXPECT_FALSE(read_process_stats(directory).cpu_seconds) << "cut off";
    std::filesystem::remove_all(directory);
}

}  // namespace
}  // namespace wiregap::view
