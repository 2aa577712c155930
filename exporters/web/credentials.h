// SPDX-License-Identifier: Apache-2.0
// Basic authentication's header (RFC 7617).
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace wiregap::exporters {

struct Credentials {
    std::string user;
    std::string password;
};

/// Reads "Basic <base64 of user:password>"; nothing if it is anything else.
std::optional<Credentials> parse_authorization(std::string_view header);

}  // namespace wiregap::exporters
