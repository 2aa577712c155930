// SPDX-License-Identifier: Apache-2.0
// The shipped config with a few values changed, so that everything else stays at its default.
#pragma once

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

namespace wiregap::bench {

/// Copies `from` to `to`; each {key, value} replaces the rest of the one line that begins with
/// "key:" (after spaces). Throws when there is no such line.
void write_adapted_config(const std::filesystem::path& from, const std::filesystem::path& to,
                          const std::vector<std::pair<std::string, std::string>>& changes);

}  // namespace wiregap::bench
