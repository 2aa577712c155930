// SPDX-License-Identifier: Apache-2.0
// The bound on what clients of the RESP server may take fits what the unit allows the daemon.
#include <gtest/gtest.h>

#include <fstream>
#include <string>

#include "daemon/config/load.h"

namespace wiregap {
namespace {

/// MemoryMax= of the shipped unit, in bytes.
std::uint64_t unit_memory_max() {
    std::ifstream unit(WIREGAP_SOURCE_DIR "/deploy/systemd/wiregapd.service");
    for (std::string line; std::getline(unit, line);) {
        const std::string key = "MemoryMax=";
        if (!line.starts_with(key)) continue;
        EXPECT_TRUE(line.ends_with('M')) << line;
        return std::stoull(line.substr(key.size())) << 20U;
    }
    return 0;
}

TEST(RespMemoryBound, FitsTheUnitWithRoom) {
    const config::Config config = config::load(WIREGAP_SOURCE_DIR "/config.yaml");
    // tests/bench/README.md: 20 MB with 10,000 sockets; its maps and a cut picture of 16,384
    // connections are the rest.
    constexpr std::uint64_t daemon_itself = 192U << 20U;
    EXPECT_LE(config.resp.memory_bytes + daemon_itself, unit_memory_max() * 3 / 4);
    EXPECT_LE(config.resp.keyspace_bytes, config.resp.memory_bytes / 2);
    EXPECT_LE(config.resp.output_hard_bytes, config.resp.memory_bytes / 2);
}

TEST(RespMemoryBound, IsChecked) {
    try {
        config::parse("resp: {memory_bytes: 8388608}", "x.yaml");
        FAIL();
    } catch (const config::ConfigError& error) {
        EXPECT_STREQ(error.what(),
                     "x.yaml:1:1: resp.keyspace_bytes is 33554432 and may be at most half of "
                     "resp.memory_bytes, 4194304; lower the one or raise the other");
    }
    EXPECT_NO_THROW(config::parse(
        "resp: {memory_bytes: 8388608, keyspace_bytes: 4194304, output_hard_bytes: 4194304}", ""));
    EXPECT_THROW(config::parse("resp: {memory_bytes: 8388608, keyspace_bytes: 4194304}", ""),
                 config::ConfigError);
}

}  // namespace
}  // namespace wiregap
