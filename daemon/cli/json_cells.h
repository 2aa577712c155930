// SPDX-License-Identifier: Apache-2.0
// Cells of a table out of the daemon's JSON. An absent key, or one of another type, is "-": what
// the back end cannot know is never shown as zero.
#pragma once

#include <initializer_list>
#include <optional>
#include <string>

#include "daemon/cli/api_client.h"

namespace wiregap::cli {

using Path = std::initializer_list<const char*>;

/// The value at a path of keys ({"writes", "late"}); nullptr if it is absent.
const Json* at(const Json& object, Path path);
std::optional<double> number_at(const Json& object, Path path);
/// Sum of all numbers in the object at `path`; absent if there is none.
std::optional<double> sum_at(const Json& object, Path path);

/// The list under `key`. Throws Failure if there is none: then it was not wiregapd who answered.
const Json& list_at(const Json& document, const char* key);

std::string text_cell(const Json& object, Path path);
std::string count_cell(std::optional<double> count);
std::string bytes_cell(std::optional<double> bytes);
std::string seconds_cell(std::optional<double> seconds);
/// part / whole in percent; "-" if one is absent or the whole is 0.
std::string percent_cell(std::optional<double> part, std::optional<double> whole);

}  // namespace wiregap::cli
