// SPDX-License-Identifier: Apache-2.0
#include "daemon/resp/view_options.h"

#include "daemon/resp/numbers.h"
#include "daemon/resp/views.h"

namespace wiregap::resp {

ViewOptions read_view_options(Arguments words) {
    ViewOptions options;
    for (std::size_t i = 0; i < words.size(); i += 2) {
        const std::string name(words[i].substr(0, 40));
        if (i + 1 == words.size()) {
            throw BadView("option '" + name +
                          "' has no value; write SERVICE name, PORT number or LIMIT number");
        }
        const auto number = to_integer(words[i + 1]);
        if (is_word(words[i], "SERVICE")) {
            options.service = words[i + 1];
        } else if (is_word(words[i], "PORT") && number && *number > 0 && *number < 65536) {
            options.port = *number;
        } else if (is_word(words[i], "LIMIT") && number && *number > 0 && *number <= 1000) {
            options.limit = static_cast<std::size_t>(*number);
        } else {
            throw BadView(
                "option '" + name + " " + std::string(words[i + 1].substr(0, 40)) +
                "' can't be used; write SERVICE name, PORT 1 to 65535 or LIMIT 1 to 1000");
        }
    }
    return options;
}

std::string named(const std::string& service, std::uint16_t port, model::Role role) {
    return service + ":" + std::to_string(port) + (role == model::Role::client ? " (client)" : "");
}

}  // namespace wiregap::resp
