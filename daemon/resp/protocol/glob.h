// SPDX-License-Identifier: Apache-2.0
// Patterns of SCAN, PSUBSCRIBE and CONFIG GET.
#pragma once

#include <string_view>

namespace wiregap::resp {

/// * any text, ? any byte, [a-c] and [^a-c] sets, \x the byte x. Takes at most pattern times text
/// steps, however many stars there are.
bool glob_matches(std::string_view pattern, std::string_view text) noexcept;

}  // namespace wiregap::resp
