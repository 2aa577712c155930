// SPDX-License-Identifier: Apache-2.0
// config.yaml is the reference: it holds every key with its default and a comment, and the table in
// keys.cpp says the same.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <string>
#include <utility>
#include <vector>

#include "daemon/config/keys.h"
#include "daemon/config/load.h"

namespace wiregap::config {
namespace {

const char* const reference = WIREGAP_SOURCE_DIR "/config.yaml";

/// Full name of each key of config.yaml with the comment on its line, in order.
std::vector<std::pair<std::string, std::string>> documented_keys() {
    std::vector<std::pair<std::string, std::string>> result;
    std::ifstream file(reference);
    std::string section;
    for (std::string line; std::getline(file, line);) {
        const std::size_t start = line.find_first_not_of(' ');
        const std::size_t colon = line.find(':');
        if (start == std::string::npos || line[start] == '#' || colon == std::string::npos)
            continue;
        const std::size_t hash = line.find('#');
        const std::string name = line.substr(start, colon - start);
        if (start == 0) section.clear();
        if (is_section(name)) {
            section = name + ".";
            continue;
        }
        result.emplace_back(section + name, hash == std::string::npos ? "" : line.substr(hash));
    }
    return result;
}

TEST(ConfigReference, IsTheBuiltInDefaults) { EXPECT_EQ(load(reference), Config{}); }

TEST(ConfigReference, HasEveryKnownKeyInTheOrderOfTheTable) {
    std::vector<std::string> documented;
    for (const auto& [name, comment] : documented_keys()) documented.push_back(name);
    std::vector<std::string> known;
    for (const Key& key : keys()) known.push_back(key.name);
    EXPECT_EQ(documented, known);
}

TEST(ConfigReference, EveryKeyHasAComment) {
    for (const auto& [name, comment] : documented_keys()) EXPECT_GT(comment.size(), 10U) << name;
}

TEST(ConfigReference, SaysWhichKeysNeedARestart) {
    for (const auto& [name, comment] : documented_keys()) {
        const Key* const key = find_key(name);
        ASSERT_NE(key, nullptr) << name;
        EXPECT_EQ(comment.find("[restart]") != std::string::npos, key->restart) << name;
    }
}

/// The range as keys.cpp has it, out of the message for a value that is far outside.
std::string enforced_range(const std::string& name) {
    const std::size_t dot = name.find('.');
    const std::string text = dot == std::string::npos
                                 ? name + ": -1"
                                 : name.substr(0, dot) + ": {" + name.substr(dot + 1) + ": -1}";
    try {
        parse(text, "c");
    } catch (const ConfigError& error) {
        const std::string line = error.what();
        const std::size_t outside = line.find("outside ");
        if (outside == std::string::npos) return "";
        return line.substr(outside + 8, line.find(';') - outside - 8);
    }
    return "";
}

TEST(ConfigReference, CommentsGiveTheRangesThatAreEnforced) {
    int ranges = 0;
    for (const auto& [name, comment] : documented_keys()) {
        const std::string range = enforced_range(name);
        if (range.empty()) continue;
        ++ranges;
        EXPECT_THAT(comment, testing::HasSubstr("(" + range + ")")) << name;
    }
    EXPECT_GE(ranges, 8);
}

}  // namespace
}  // namespace wiregap::config
