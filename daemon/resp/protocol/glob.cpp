// SPDX-License-Identifier: Apache-2.0
#include "daemon/resp/protocol/glob.h"

#include <algorithm>
#include <cstddef>

namespace wiregap::resp {
namespace {

unsigned char byte(char c) { return static_cast<unsigned char>(c); }

/// A set; pattern[at] is behind its '['. Moves `at` behind its ']' (or to the end).
bool in_set(std::string_view pattern, std::size_t& at, char c) {
    const bool negated = at < pattern.size() && pattern[at] == '^';
    if (negated) ++at;
    bool found = false;
    for (; at < pattern.size() && pattern[at] != ']'; ++at) {
        if (pattern[at] == '\\' && at + 1 < pattern.size()) ++at;
        unsigned char low = byte(pattern[at]);
        unsigned char high = low;
        if (at + 2 < pattern.size() && pattern[at + 1] == '-' && pattern[at + 2] != ']') {
            high = byte(pattern[at + 2]);
            at += 2;
        }
        if (low > high) std::swap(low, high);
        found = found || (low <= byte(c) && byte(c) <= high);
    }
    if (at < pattern.size()) ++at;
    return found != negated;
}

/// One step of the pattern that stands for one byte; moves `at` behind it.
bool matches_one(std::string_view pattern, std::size_t& at, char c) {
    const char wanted = pattern[at++];
    if (wanted == '?') return true;
    if (wanted == '[') return in_set(pattern, at, c);
    if (wanted == '\\' && at < pattern.size()) return pattern[at++] == c;
    return wanted == c;
}

}  // namespace

bool glob_matches(std::string_view pattern, std::string_view text) noexcept {
    constexpr std::size_t none = std::string_view::npos;
    std::size_t at = 0;
    std::size_t done = 0;
    std::size_t star = none;    // behind the last star ..
    std::size_t star_done = 0;  // .. which has taken the text up to here
    while (done < text.size()) {
        if (at < pattern.size() && pattern[at] == '*') {
            star = ++at;
            star_done = done;
            continue;
        }
        if (at < pattern.size() && matches_one(pattern, at, text[done])) {
            ++done;
            continue;
        }
        if (star == none) return false;
        at = star;
        done = ++star_done;
    }
    while (at < pattern.size() && pattern[at] == '*') ++at;
    return at == pattern.size();
}

}  // namespace wiregap::resp
