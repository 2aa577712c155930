// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/lib/adapted_config.h"

#include <fstream>
#include <iterator>
#include <regex>
#include <stdexcept>

namespace wiregap::bench {

namespace {

std::string slurp(const std::filesystem::path& file) {
    std::ifstream in(file);
    if (!in) throw std::runtime_error("can't read " + file.string());
    return {std::istreambuf_iterator<char>(in), {}};
}

std::string with_value(const std::string& text, const std::string& key, const std::string& value) {
    const std::regex line("(^|\n)([ ]*" + key + ":)[^\n]*");
    if (!std::regex_search(text, line)) {
        throw std::runtime_error("the shipped config has no key " + key);
    }
    return std::regex_replace(text, line, "$1$2 " + value, std::regex_constants::format_first_only);
}

}  // namespace

void write_adapted_config(const std::filesystem::path& from, const std::filesystem::path& to,
                          const std::vector<std::pair<std::string, std::string>>& changes) {
    std::string text = slurp(from);
    for (const auto& [key, value] : changes) text = with_value(text, key, value);
    std::ofstream out(to);
    out << text;
    if (!out.flush()) throw std::runtime_error("can't write " + to.string());
}

}  // namespace wiregap::bench
