// SPDX-License-Identifier: Apache-2.0
// From the word of a command line to a value.
#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>
#include <system_error>
#include <utility>

#include "daemon/arguments/arguments.h"

namespace wiregap::arguments {
namespace {

std::string shown(double value) {
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), "%g", value);
    return text.data();
}

/// The whole word as a number within the bounds.
template <class Number>
Number number_of(const std::string& word, Number lowest, Number highest, const std::string& range) {
    Number value{};
    const char* const end = word.data() + word.size();
    const auto [rest, error] = std::from_chars(word.data(), end, value);
    const bool is_number = error == std::errc() && rest == end;
    if (!is_number || !(value >= lowest && value <= highest))
        throw WrongArguments("Value " + word + " not in range " + range);
    return value;
}

void check_word(const std::string& word, const std::vector<std::string>& words) {
    if (std::find(words.begin(), words.end(), word) != words.end()) return;
    std::string list;
    for (const std::string& one : words) list += (list.empty() ? "" : ",") + one;
    throw WrongArguments(word + " not in {" + list + "}");
}

}  // namespace

Taker one_of(std::string& place, std::vector<std::string> words) {
    return [&place, words = std::move(words)](const std::string& word) {
        check_word(word, words);
        place = word;
    };
}

Taker texts(std::vector<std::string>& place) {
    return [&place](const std::string& word) { place.push_back(word); };
}

Taker texts_of(std::vector<std::string>& place, std::vector<std::string> words) {
    return [&place, words = std::move(words)](const std::string& word) {
        check_word(word, words);
        place.push_back(word);
    };
}

Taker whole(long long lowest, long long highest, std::function<void(long long)> take) {
    return [=, take = std::move(take)](const std::string& word) {
        take(number_of(word, lowest, highest,
                       std::to_string(lowest) + " to " + std::to_string(highest)));
    };
}

Taker real(double& place, double lowest, double highest) {
    return [=, &place](const std::string& word) {
        place = number_of(word, lowest, highest, shown(lowest) + " to " + shown(highest));
    };
}

}  // namespace wiregap::arguments
