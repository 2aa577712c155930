// SPDX-License-Identifier: Apache-2.0
// Numbers and words as the protocol and its commands read them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace wiregap::resp {

/// A whole number and nothing else: no sign '+', no space, no leading zero (util.c, string2ll).
std::optional<std::int64_t> to_integer(std::string_view text) noexcept;

/// The same word, whatever its case; `word` is in capitals.
bool is_word(std::string_view text, std::string_view word) noexcept;

std::string lower(std::string_view text);

}  // namespace wiregap::resp
