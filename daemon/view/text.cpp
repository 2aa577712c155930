// SPDX-License-Identifier: Apache-2.0
#include "daemon/view/text.h"

#include <algorithm>
#include <cstdint>
#include <sstream>

namespace wiregap::view {
namespace {

std::uint8_t byte_at(std::string_view text, std::size_t at) {
    return at < text.size() ? static_cast<std::uint8_t>(text[at]) : 0;
}

/// Smallest and largest second byte (RFC 3629 section 4): refuses overlong forms, surrogates and
/// what lies above U+10FFFF.
bool second_byte_fits(std::uint8_t first, std::uint8_t second) {
    switch (first) {
        case 0xe0:
            return second >= 0xa0 && second <= 0xbf;
        case 0xed:
            return second >= 0x80 && second <= 0x9f;
        case 0xf0:
            return second >= 0x90 && second <= 0xbf;
        case 0xf4:
            return second >= 0x80 && second <= 0x8f;
        default:
            return second >= 0x80 && second <= 0xbf;
    }
}

/// Bytes of the character that begins at `at`; 0 if none does.
std::size_t character_length(std::string_view text, std::size_t at) {
    const std::uint8_t first = byte_at(text, at);
    if (first < 0x80) return 1;
    if (first < 0xc2 || first > 0xf4) return 0;
    const std::size_t length = first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
    if (!second_byte_fits(first, byte_at(text, at + 1))) return 0;
    for (std::size_t i = 2; i < length; ++i) {
        if ((byte_at(text, at + i) & 0xc0) != 0x80) return 0;
    }
    return length;
}

std::string hex_escape(std::uint8_t byte) {
    constexpr std::string_view digits = "0123456789abcdef";
    return std::string("\\x") + digits[byte >> 4] + digits[byte & 15];
}

}  // namespace

std::string valid_utf8(std::string_view text) {
    std::string result;
    result.reserve(text.size());
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t length = character_length(text, at);
        if (length == 0) {
            result += hex_escape(byte_at(text, at));
        } else {
            result += text.substr(at, length);
        }
        at += std::max<std::size_t>(length, 1);
    }
    return result;
}

std::vector<std::string> lines_of(const std::string& text) {
    std::istringstream stream(text);
    std::vector<std::string> lines;
    for (std::string line; std::getline(stream, line);) lines.push_back(line);
    return lines;
}

}  // namespace wiregap::view
