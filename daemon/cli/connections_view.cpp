// SPDX-License-Identifier: Apache-2.0
#include "daemon/cli/connections_view.h"

#include <vector>

#include "daemon/cli/json_cells.h"

namespace wiregap::cli {
namespace {

constexpr const char* no_connections =
    "No connection (that matches) has bytes in its send queue: all that was written is acked.\n";
constexpr const char* truncated =
    "There are more: these are the ones with most notsent bytes (see --limit).\n";
constexpr std::size_t least_name_width = 8;

/// "redis-server/812": process name and id, or as much of it as is known.
std::string owner_cell(const Json& connection) {
    const std::string comm = text_cell(connection, {"owner", "comm"});
    const auto pid = number_at(connection, {"owner", "pid"});
    return pid && *pid > 0 ? comm + "/" + count_cell(pid) : comm;
}

std::vector<std::string> row(const Json& connection) {
    return {text_cell(connection, {"service"}),
            text_cell(connection, {"local"}),
            text_cell(connection, {"peer"}),
            text_cell(connection, {"verdict"}),
            bytes_cell(number_at(connection, {"notsent_bytes"})),
            bytes_cell(number_at(connection, {"unacked_bytes"})),
            percent_cell(number_at(connection, {"send_buffer_used_bytes"}),
                         number_at(connection, {"send_buffer_limit_bytes"})),
            seconds_cell(number_at(connection, {"oldest_notsent_seconds"})),
            seconds_cell(number_at(connection, {"srtt_seconds"})),
            owner_cell(connection)};
}

Table empty_table() {
    return Table({{"SERVICE", Align::left, "", least_name_width},
                  {"LOCAL"},
                  {"PEER"},
                  {"VERDICT"},
                  {"NOTSENT", Align::right},
                  {"UNACKED", Align::right},
                  {"FILL%", Align::right},
                  {"OLDEST", Align::right},
                  {"RTT", Align::right},
                  {"OWNER", Align::left, "", least_name_width}});
}

}  // namespace

std::string render_connections(const Json& document, const TableStyle& style) {
    Table table = empty_table();
    for (const Json& connection : list_at(document, "connections")) table.add(row(connection));
    if (table.empty()) return no_connections;
    const Json* more = at(document, {"truncated"});
    const bool cut = more != nullptr && more->is_boolean() && more->get<bool>();
    return table.render(style) + (cut ? truncated : "");
}

}  // namespace wiregap::cli
