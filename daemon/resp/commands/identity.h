// SPDX-License-Identifier: Apache-2.0
// What the server says it is, and what clients may call themselves.
#pragma once

#include <algorithm>
#include <string_view>

namespace wiregap::resp {

/// The Redis whose answers ours follow: commands, options, fields, error texts. Clients look at
/// this number.
inline constexpr std::string_view followed_version = "7.0.15";

inline constexpr std::string_view name_error =
    "ERR Client names cannot contain spaces, newlines or special characters.";

/// Names stand in CLIENT LIST, whose fields are separated by spaces.
inline bool is_name(std::string_view name) {
    return name.size() <= 256 &&
           std::all_of(name.begin(), name.end(), [](char c) { return c >= '!' && c <= '~'; });
}

}  // namespace wiregap::resp
