// SPDX-License-Identifier: Apache-2.0
#include "exporters/json/query.h"

#include <algorithm>
#include <charconv>
#include <set>
#include <system_error>

#include "daemon/view/text.h"

namespace wiregap::exporters {
namespace {

constexpr std::uint32_t max_limit = 1048576;

std::uint32_t whole(std::string_view text, std::uint32_t lowest, std::uint32_t highest,
                    const char* complaint) {
    std::uint32_t number = 0;
    const char* const end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, number);
    if (error != std::errc{} || stop != end || number < lowest || number > highest) {
        throw BadQuery(complaint);
    }
    return number;
}

/// Percent escapes and + decoded (the form of HTML forms and curl --data-urlencode).
std::string decoded(std::string_view text) {
    std::string result;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '%') {
            result += text[i] == '+' ? ' ' : text[i];
            continue;
        }
        unsigned byte = 0;
        const std::string_view digits = text.substr(i + 1, 2);
        const char* const end = digits.data() + digits.size();
        if (digits.size() != 2 || std::from_chars(digits.data(), end, byte, 16).ptr != end) {
            throw BadQuery("a % in the query is not followed by two hexadecimal digits; write %25");
        }
        result += static_cast<char>(byte);
        i += 2;
    }
    return result;
}

model::Role role_named(std::string_view name) {
    if (name == to_string(model::Role::server)) return model::Role::server;
    if (name == to_string(model::Role::client)) return model::Role::client;
    throw BadQuery("role must be server or client");
}

void set(Filter& filter, std::string_view name, const std::string& value,
         LimitAllowed limit_allowed) {
    if (name == "service") {
        filter.service = value;
    } else if (name == "port") {
        filter.port = static_cast<std::uint16_t>(
            whole(value, 0, 65535, "port must be a whole number from 0 to 65535"));
    } else if (name == "role") {
        filter.role = role_named(value);
    } else if (name == "limit" && limit_allowed == LimitAllowed::yes) {
        filter.limit = whole(value, 1, max_limit, "limit must be a whole number from 1 to 1048576");
    } else {
        throw BadQuery(limit_allowed == LimitAllowed::yes
                           ? "unknown query parameter; there are service, port, role and limit"
                           : "unknown query parameter; there are service, port and role");
    }
}

}  // namespace

bool Filter::accepts(std::string_view service_name, std::uint16_t service_port,
                     model::Role service_role) const {
    if (port && *port != service_port) return false;
    if (role && *role != service_role) return false;
    return !service || *service == view::valid_utf8(service_name);
}

Filter parse_filter(std::string_view query, LimitAllowed limit_allowed) {
    Filter filter;
    std::set<std::string> seen;
    while (!query.empty()) {
        const std::string_view pair = query.substr(0, query.find('&'));
        query.remove_prefix(std::min(pair.size() + 1, query.size()));
        if (pair.empty()) continue;
        const std::size_t equals = pair.find('=');
        const std::string name = decoded(pair.substr(0, equals));
        const std::string value =
            equals == std::string_view::npos ? "" : decoded(pair.substr(equals + 1));
        set(filter, name, value, limit_allowed);
        if (!seen.insert(name).second)
            throw BadQuery("a query parameter stands twice; give it once");
    }
    return filter;
}

std::string parse_what(std::string_view query) {
    constexpr std::string_view name = "what=";
    if (!query.starts_with(name) || query.find('&') != std::string_view::npos) {
        throw BadQuery("give one parameter: what=SERVICE, port, pid, cookie or connection");
    }
    std::string what = decoded(query.substr(name.size()));
    if (what.empty()) throw BadQuery("what is empty; name a service, port, pid or connection");
    return what;
}

}  // namespace wiregap::exporters
