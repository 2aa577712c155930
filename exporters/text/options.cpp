// SPDX-License-Identifier: Apache-2.0
#include "exporters/text/options.h"

#include <strings.h>

#include <charconv>
#include <system_error>

namespace wiregap::exporters {
namespace {

/// A whole number from 1 to `most`.
std::optional<std::uint32_t> number_in(std::string_view text, std::uint32_t most) {
    std::uint32_t number = 0;
    const char* const end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, number);
    if (error != std::errc{} || stop != end || number < 1 || number > most) return {};
    return number;
}

}  // namespace

bool same_word(std::string_view a, std::string_view b) noexcept {
    return a.size() == b.size() && strncasecmp(a.data(), b.data(), a.size()) == 0;
}

TextOptions read_text_options(Words words) {
    TextOptions options;
    for (std::size_t i = 0; i < words.size(); i += 2) {
        const std::string name(words[i].substr(0, 40));
        if (i + 1 == words.size()) {
            throw BadView("option '" + name +
                          "' has no value; write SERVICE name, PORT number or LIMIT number");
        }
        const auto port = number_in(words[i + 1], 65535);
        const auto limit = number_in(words[i + 1], 1000);
        if (same_word(words[i], "SERVICE")) {
            options.service = words[i + 1];
        } else if (same_word(words[i], "PORT") && port) {
            options.port = port;
        } else if (same_word(words[i], "LIMIT") && limit) {
            options.limit = *limit;
        } else {
            throw BadView(
                "option '" + name + " " + std::string(words[i + 1].substr(0, 40)) +
                "' can't be used; write SERVICE name, PORT 1 to 65535 or LIMIT 1 to 1000");
        }
    }
    return options;
}

}  // namespace wiregap::exporters
