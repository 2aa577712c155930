// SPDX-License-Identifier: Apache-2.0
// A command as RESP clients send it.
#pragma once

#include <string>
#include <vector>

namespace wiregap::util {

/// An array of bulk strings.
inline std::string resp_command(const std::vector<std::string>& words) {
    std::string text = "*" + std::to_string(words.size()) + "\r\n";
    for (const std::string& word : words) {
        text += "$" + std::to_string(word.size()) + "\r\n" + word + "\r\n";
    }
    return text;
}

}  // namespace wiregap::util
