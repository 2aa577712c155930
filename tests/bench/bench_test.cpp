// SPDX-License-Identifier: Apache-2.0
// The meter's own arithmetic.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "tests/bench/lib/adapted_config.h"
#include "tests/bench/lib/compare.h"
#include "tests/bench/lib/kernel_memory.h"
#include "tests/bench/lib/stats.h"

namespace wiregap::bench {
namespace {

class TempDir {
  public:
    TempDir() {
        std::string pattern = std::filesystem::temp_directory_path() / "wiregap-bench-XXXXXX";
        path_ = mkdtemp(pattern.data());
    }
    TempDir(const TempDir&) = delete;
    TempDir& operator=(const TempDir&) = delete;
    ~TempDir() { std::filesystem::remove_all(path_); }
    [[nodiscard]] std::filesystem::path operator/(const char* name) const { return path_ / name; }
    [[nodiscard]] const std::filesystem::path& path() const { return path_; }

  private:
    std::filesystem::path path_;
};

void write(const std::filesystem::path& file, const std::string& text) {
    std::ofstream(file) << text;
}

std::string read(const std::filesystem::path& file) {
    std::ifstream in(file);
    return {std::istreambuf_iterator<char>(in), {}};
}

TEST(Quartiles, InterpolateBetweenNeighbours) {
    const Quartiles of_four = quartiles({4, 1, 3, 2});
    EXPECT_DOUBLE_EQ(of_four.q1, 1.75);
    EXPECT_DOUBLE_EQ(of_four.median, 2.5);
    EXPECT_DOUBLE_EQ(of_four.q3, 3.25);
    EXPECT_DOUBLE_EQ(median({7}), 7);
    EXPECT_DOUBLE_EQ(median({}), 0);
}

TEST(Comparison, RoundsInWhichTheMachineChangedPaceDoNotCount) {
    const Paired steady{100, 105, 100};
    const Paired slowed_down{100, 250, 300};
    const Paired sped_up{300, 101, 100};
    const Quartiles ratio = ratios({slowed_down, steady, sped_up, steady});
    EXPECT_DOUBLE_EQ(ratio.q1, 1.05);
    EXPECT_DOUBLE_EQ(ratio.q3, 1.05);
    EXPECT_DOUBLE_EQ(added_ns({slowed_down, steady}).median, 5);
}

TEST(AdaptedConfig, ChangesOneValueAndKeepsTheRest) {
    const TempDir dir;
    write(dir / "in", "tick_seconds: 1.0  # how often\nweb:\n  listen: \"0.0.0.0:1\"\n");
    write_adapted_config(dir / "in", dir / "out", {{"listen", "\"127.0.0.1:2\""}});
    EXPECT_EQ(read(dir / "out"),
              "tick_seconds: 1.0  # how often\nweb:\n  listen: \"127.0.0.1:2\"\n");
}

TEST(AdaptedConfig, RefusesAKeyThatTheShippedConfigHasNot) {
    const TempDir dir;
    write(dir / "in", "tick_seconds: 1.0\n");
    EXPECT_THROW(write_adapted_config(dir / "in", dir / "out", {{"tick", "2"}}),
                 std::runtime_error);
}

TEST(KernelMemory, AddsLiveKmallocObjectsAndPerCpuMemory) {
    const TempDir dir;
    write(dir / "slabinfo",
          "slabinfo - version: 2.1\n"
          "# name            <active_objs> <num_objs> <objsize>\n"
          "TCP                 26     26   2368   13    8\n"
          "kmalloc-cg-64       10     64     64   64    1\n"
          "kmalloc-192          2     21    192   21    1\n");
    write(dir / "meminfo", "MemTotal: 100 kB\nPercpu:              3 kB\n");
    EXPECT_DOUBLE_EQ(kernel_memory_bytes(dir.path()), 10 * 64 + 2 * 192 + 3 * 1024);
}

}  // namespace
}  // namespace wiregap::bench
