// SPDX-License-Identifier: Apache-2.0
// The query part of a URL as a filter over services or connections.
#pragma once

#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

#include "daemon/model/service.h"

namespace wiregap::exporters {

/// what() is one line that names the parameter and says what it may be; it never holds text of
/// the request.
class BadQuery : public std::runtime_error {
  public:
    using std::runtime_error::runtime_error;
};

/// What is absent filters nothing.
struct Filter {
    std::optional<std::string> service;
    std::optional<std::uint16_t> port;
    std::optional<model::Role> role;
    std::optional<std::uint32_t> limit;

    [[nodiscard]] bool accepts(std::string_view service_name, std::uint16_t service_port,
                               model::Role service_role) const;
};

enum class LimitAllowed : bool { no, yes };

/// query: without the question mark, "service=redis&port=6379". Throws BadQuery.
Filter parse_filter(std::string_view query, LimitAllowed limit_allowed);

/// The value of the one parameter of /api/v1/explain: "what=redis-server". Throws BadQuery.
std::string parse_what(std::string_view query);

}  // namespace wiregap::exporters
