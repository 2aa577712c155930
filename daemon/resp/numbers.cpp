// SPDX-License-Identifier: Apache-2.0
#include "daemon/resp/numbers.h"

#include <array>
#include <charconv>
#include <cmath>
#include <cstddef>
#include <system_error>

namespace wiregap::resp {
namespace {

char upper(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; }

}  // namespace

std::optional<std::int64_t> to_integer(std::string_view text) noexcept {
    const bool negative = text.starts_with('-');
    const std::string_view digits = text.substr(negative ? 1 : 0);
    if (digits.starts_with('0') && (negative || digits.size() > 1)) return {};
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{} || end != text.data() + text.size()) return {};
    return number;
}

std::optional<double> to_real(std::string_view text) noexcept {
    if (text.starts_with('+')) text.remove_prefix(1);
    if (text.starts_with('+')) return {};
    double number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{} || end != text.data() + text.size() || std::isnan(number)) return {};
    return number;
}

std::string shown(double number) {
    if (std::isinf(number)) return number > 0 ? "inf" : "-inf";
    std::array<char, 32> text{};
    constexpr double exactly_whole = 1e17;  // as Redis: whole numbers without exponent up to here
    if (number == 0) return std::signbit(number) ? "-0" : "0";
    char* const end = text.data() + text.size();
    const bool whole = std::abs(number) < exactly_whole && std::trunc(number) == number;
    const auto result = whole ? std::to_chars(text.data(), end, static_cast<std::int64_t>(number))
                              : std::to_chars(text.data(), end, number);
    return {text.data(), result.ptr};
}

bool is_word(std::string_view text, std::string_view word) noexcept {
    if (text.size() != word.size()) return false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (upper(text[i]) != word[i]) return false;
    }
    return true;
}

std::string lower(std::string_view text) {
    std::string result(text);
    for (char& c : result) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    return result;
}

}  // namespace wiregap::resp
