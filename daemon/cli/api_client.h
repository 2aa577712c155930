// SPDX-License-Identifier: Apache-2.0
// Asks wiregapd for one of its JSON documents.
#pragma once

#include <chrono>
#include <nlohmann/json.hpp>
#include <string>

namespace wiregap::cli {

/// Keeps the daemon's order of keys.
using Json = nlohmann::ordered_json;

inline constexpr std::chrono::milliseconds api_timeout{5000};

/// GETs `target` ("/api/v1/services") from the daemon at `url`. Throws Failure with the one line
/// that the user reads: nobody answers, an error was answered, or the answer is not JSON.
Json fetch_json(const std::string& url, const std::string& target,
                std::chrono::milliseconds timeout = api_timeout);

}  // namespace wiregap::cli
