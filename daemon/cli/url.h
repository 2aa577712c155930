// SPDX-License-Identifier: Apache-2.0
// Where the daemon listens, as --url names it.
#pragma once

#include <string>
#include <string_view>

namespace wiregap::cli {

struct Url {
    std::string host;   ///< IPv6 without brackets
    std::string port;   ///< digits; 19473 where the text names none
    bool tls = false;   ///< https://
    std::string login;  ///< "user:password", percent-decoded; empty: none
};

/// Reads "http://[user:password@]host[:port][/]", or https. Throws Failure with one line that says
/// what is wrong.
Url parse_url(std::string_view text);

/// The same URL for messages: passwords are not for logs.
std::string without_login(const std::string& url);

/// Percent-encodes everything that may not stand in the value of a query parameter.
std::string query_encoded(std::string_view value);

}  // namespace wiregap::cli
