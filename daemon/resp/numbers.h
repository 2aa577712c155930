// SPDX-License-Identifier: Apache-2.0
// Numbers as the protocol's commands read and write them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace wiregap::resp {

/// A whole number and nothing else: no sign '+', no space, no leading zero.
std::optional<std::int64_t> to_integer(std::string_view text) noexcept;

/// Any finite or infinite number ("inf", "-inf"); NaN is none.
std::optional<double> to_real(std::string_view text) noexcept;

/// The shortest text that reads back as the same number: "3", "0.1", "inf".
std::string shown(double number);

/// The same word, whatever its case; `word` is in capitals.
bool is_word(std::string_view text, std::string_view word) noexcept;

std::string lower(std::string_view text);

}  // namespace wiregap::resp
