// SPDX-License-Identifier: Apache-2.0
// The manual pages name what there is, and nothing else.
#include <gtest/gtest.h>

#include <fstream>
#include <regex>
#include <set>
#include <sstream>
#include <string>

#include "daemon/cli/options.h"
#include "daemon/config/keys.h"

namespace wiregap {
namespace {

std::string page(const std::string& name) {
    std::ifstream file(WIREGAP_SOURCE_DIR "/deploy/man/" + name);
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

/// First groups of all matches.
std::set<std::string> all_of(const std::string& text, const char* pattern) {
    const std::regex expression(pattern);
    std::set<std::string> found;
    for (std::sregex_iterator at(text.begin(), text.end(), expression), end; at != end; ++at) {
        found.insert((*at)[1].str());
    }
    return found;
}

TEST(Manual, NamesEverySubcommandAndOptionOfTheCommand) {
    const std::string text = page("wiregap.1");
    std::set<std::string> there;
    for (const std::string& word : cli::documented_words()) {
        const bool is_option = word.starts_with("--");
        there.insert(is_option ? word.substr(2) : word);
        const std::string item = is_option ? "\n.It Fl -" + word.substr(2) : "\n.It Cm " + word;
        EXPECT_NE(text.find(item), std::string::npos) << word;
    }
    for (const std::string& word : all_of(text, R"(\n\.It (?:Fl -|Cm )([a-z-]+))")) {
        EXPECT_EQ(there.count(word), 1U) << word << " is in wiregap.1 and not in the command";
    }
}

TEST(Manual, NamesEveryKeyOfTheConfiguration) {
    std::set<std::string> there;
    for (const config::Key& key : config::keys()) there.insert(key.name);
    EXPECT_EQ(all_of(page("wiregap.yaml.5"), R"(\n\.It Va ([a-z_.]+))"), there);
}

TEST(Manual, MarksTheKeysThatNeedARestart) {
    std::set<std::string> there;
    for (const config::Key& key : config::keys()) {
        if (key.restart) there.insert(key.name);
    }
    EXPECT_EQ(all_of(page("wiregap.yaml.5"), R"(\n\.It Va ([a-z_.]+) Pq [^\n]*restart\n)"), there);
}

TEST(Manual, NamesEveryExitCodeOfTheCommand) {
    EXPECT_EQ(all_of(page("wiregap.1"), R"(\n\.It ([0-9])\n)"),
              (std::set<std::string>{"0", "1", "2", "3", "4"}));
}

}  // namespace
}  // namespace wiregap
