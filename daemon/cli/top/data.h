// SPDX-License-Identifier: Apache-2.0
// What `wiregap top` shows, out of the daemon's answers.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "daemon/cli/api_client.h"
#include "daemon/view/field.h"

namespace wiregap::cli {

struct TopData {
    std::string backend{};
    double tick_seconds = 1;
    double taken_unix_seconds = 0;
    std::vector<view::Row> services;     ///< of service_table()
    std::vector<view::Row> connections;  ///< of connection_table(), worst first
};

/// The documents of /api/v1/services and /api/v1/connections. Throws Failure if they are not
/// wiregapd's.
TopData read_top(const Json& services, const Json& connections);

/// A field of a row; 0 or empty where it is not known.
double service_number(const view::Row& service, std::string_view field);
double connection_number(const view::Row& connection, std::string_view field);
std::string service_word(const view::Row& service, std::string_view field);
std::string connection_word(const view::Row& connection, std::string_view field);

}  // namespace wiregap::cli
