// SPDX-License-Identifier: Apache-2.0
#include "daemon/resp/protocol/inline_words.h"

#include <cstddef>
#include <utility>

namespace wiregap::resp {
namespace {

bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r') || c == '\0'; }

int hex_value(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

char escaped(char c) {
    switch (c) {
        case 'n':
            return '\n';
        case 'r':
            return '\r';
        case 't':
            return '\t';
        case 'b':
            return '\b';
        case 'a':
            return '\a';
        default:
            return c;
    }
}

/// After the backslash at line[at]: the character; `at` moves to its last byte.
char escape_sequence(std::string_view line, std::size_t& at) {
    if (line[at + 1] == 'x' && at + 3 < line.size() && hex_value(line[at + 2]) >= 0 &&
        hex_value(line[at + 3]) >= 0) {
        at += 3;
        return static_cast<char>(hex_value(line[at - 1]) * 16 + hex_value(line[at]));
    }
    ++at;
    return escaped(line[at]);
}

/// A quoted word; line[at] is the quote. False: no closing quote, or no space behind it.
bool quoted_word(std::string_view line, std::size_t& at, std::string& text) {
    const char quote = line[at];
    for (++at; at < line.size(); ++at) {
        if (line[at] == quote) {
            ++at;
            return at == line.size() || is_space(line[at]);
        }
        const bool backslash = line[at] == '\\' && at + 1 < line.size();
        if (backslash && quote == '"') {
            text += escape_sequence(line, at);
        } else if (backslash && line[at + 1] == '\'') {
            text += line[++at];
        } else {
            text += line[at];
        }
    }
    return false;
}

bool word(std::string_view line, std::size_t& at, std::string& text) {
    while (at < line.size() && !is_space(line[at])) {
        if (line[at] == '"' || line[at] == '\'') return quoted_word(line, at, text);
        text += line[at++];
    }
    return true;
}

}  // namespace

bool inline_words(std::string_view line, std::size_t most, std::string& text,
                  std::vector<std::string_view>& words) {
    text.clear();
    text.reserve(line.size());  // a word is never longer than its writing: views stay right
    words.clear();
    for (std::size_t at = 0;;) {
        while (at < line.size() && is_space(line[at])) ++at;
        if (at == line.size() || words.size() > most) return true;
        const std::size_t begin = text.size();
        if (!word(line, at, text)) return false;
        words.emplace_back(text.data() + begin, text.size() - begin);
    }
}

}  // namespace wiregap::resp
