// SPDX-License-Identifier: Apache-2.0
#include "daemon/cli/url.h"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <system_error>

#include "daemon/cli/failure.h"
#include "daemon/util/percent.h"

namespace wiregap::cli {
namespace {

constexpr std::string_view plain_scheme = "http://";
constexpr std::string_view tls_scheme = "https://";
constexpr std::string_view default_port = "19473";

[[noreturn]] void refuse(std::string_view text, const char* what) {
    throw Failure("'" + without_login(std::string(text)) + "': " + what +
                  "; write it as http://127.0.0.1:19473");
}

/// Not with the text: there is a password in it.
[[noreturn]] void refuse_login(const std::string& what) {
    throw Failure("in the URL, before the @, " + what +
                  "; write it as http://user:password@127.0.0.1:19473");
}

bool is_port(std::string_view digits) {
    std::uint16_t port = 0;
    const char* end = digits.data() + digits.size();
    const auto [stop, error] = std::from_chars(digits.data(), end, port);
    return error == std::errc() && stop == end && port != 0;
}

/// Length of the host in "host[:port]", brackets included; npos if a bracket stays open.
std::size_t host_length(std::string_view authority) {
    if (!authority.starts_with('[')) return std::min(authority.find(':'), authority.size());
    const std::size_t bracket = authority.find(']');
    return bracket == std::string_view::npos ? bracket : bracket + 1;
}

}  // namespace

Url parse_url(std::string_view text) {
    const bool tls = text.starts_with(tls_scheme);
    if (!tls && !text.starts_with(plain_scheme))
        refuse(text, "only http:// and https:// are spoken");
    std::string_view authority = text.substr(tls ? tls_scheme.size() : plain_scheme.size());
    std::string login;
    if (const auto at = authority.rfind('@'); at != std::string_view::npos) {
        login = authority.substr(0, at);
        authority.remove_prefix(at + 1);
        if (login.find(':') == std::string::npos) refuse_login("is no user:password");
        const auto decoded = util::percent_decoded(login);
        if (!decoded) refuse_login("a % is not followed by two hexadecimal digits; write %25");
        login = *decoded;
    }
    if (authority.ends_with('/')) authority.remove_suffix(1);
    if (authority.find_first_of("/?#@ ") != std::string_view::npos) {
        refuse(text, "a host and a port, nothing more");
    }
    const std::size_t length = host_length(authority);
    if (length == std::string_view::npos) refuse(text, "a ']' is missing");
    std::string_view host = authority.substr(0, length);
    if (host.starts_with('[')) host = host.substr(1, host.size() - 2);
    if (host.empty()) refuse(text, "the host is missing");
    std::string_view port = authority.substr(length);
    if (port.empty()) return {std::string(host), std::string(default_port), tls, login};
    port.remove_prefix(1);
    if (authority[length] != ':' || !is_port(port)) refuse(text, "the port is not 1 to 65535");
    return {std::string(host), std::string(port), tls, login};
}

std::string without_login(const std::string& url) {
    const auto begin = url.find("://");
    const auto at = url.rfind('@');
    if (begin == std::string::npos || at == std::string::npos) return url;
    return url.substr(0, begin + 3) + url.substr(at + 1);
}

std::string query_encoded(std::string_view value) {
    constexpr std::string_view plain =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
    constexpr std::string_view digits = "0123456789ABCDEF";
    std::string out;
    for (const char c : value) {
        if (plain.find(c) != std::string_view::npos) {
            out += c;
            continue;
        }
        const auto byte = static_cast<unsigned char>(c);
        out += '%';
        out += digits[byte >> 4U];
        out += digits[byte & 15U];
    }
    return out;
}

}  // namespace wiregap::cli
