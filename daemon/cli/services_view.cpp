// SPDX-License-Identifier: Apache-2.0
#include "daemon/cli/services_view.h"

#include <optional>
#include <vector>

#include "daemon/cli/json_cells.h"

namespace wiregap::cli {
namespace {

constexpr const char* no_services =
    "No service: wiregapd has seen no TCP connection (or none that matches).\n";
constexpr std::size_t least_service_width = 8;

const Column service_column{"SERVICE", Align::left, "", least_service_width};
const Column undelivered_column{"UNDELIVERED", Align::right, "UNDELIV"};

Column right(const char* header) { return {header, Align::right}; }

/// A quantile says nothing where nothing was counted.
std::string quantile_cell(const Json& service, const char* key) {
    const auto count = number_at(service, {"write_to_transmit", "count"});
    if (!count || *count <= 0) return seconds_cell(std::nullopt);
    return seconds_cell(number_at(service, {"write_to_transmit", key}));
}

std::vector<std::string> services_row(const Json& service) {
    return {text_cell(service, {"service"}),
            count_cell(number_at(service, {"port"})),
            text_cell(service, {"role"}),
            count_cell(sum_at(service, {"connections"})),
            bytes_cell(number_at(service, {"written_bytes"})),
            bytes_cell(number_at(service, {"notsent_bytes"})),
            bytes_cell(number_at(service, {"unacked_bytes"})),
            percent_cell(number_at(service, {"writes", "late"}), sum_at(service, {"writes"})),
            quantile_cell(service, "p50_seconds"),
            quantile_cell(service, "p99_seconds"),
            bytes_cell(sum_at(service, {"undelivered_bytes"}))};
}

std::vector<std::string> flow_row(const Json& service) {
    return {text_cell(service, {"service"}),
            count_cell(number_at(service, {"port"})),
            text_cell(service, {"role"}),
            bytes_cell(number_at(service, {"written_bytes"})),
            bytes_cell(number_at(service, {"notsent_bytes"})),
            bytes_cell(number_at(service, {"unacked_bytes"})),
            bytes_cell(number_at(service, {"acked_bytes"})),
            bytes_cell(sum_at(service, {"undelivered_bytes"}))};
}

using Row = std::vector<std::string> (*)(const Json&);

std::string render(const Json& document, std::vector<Column> columns, Row row,
                   const TableStyle& style) {
    Table table(std::move(columns));
    for (const Json& service : list_at(document, "services")) table.add(row(service));
    return table.empty() ? no_services : table.render(style);
}

}  // namespace

std::string render_services(const Json& document, const TableStyle& style) {
    return render(document,
                  {service_column,
                   right("PORT"),
                   {"ROLE"},
                   right("CONNS"),
                   right("WRITTEN"),
                   right("NOTSENT"),
                   right("UNACKED"),
                   right("LATE%"),
                   right("p50"),
                   right("p99"),
                   undelivered_column},
                  services_row, style);
}

std::string render_flow(const Json& document, const TableStyle& style) {
    return render(document,
                  {service_column,
                   right("PORT"),
                   {"ROLE"},
                   right("WRITTEN"),
                   right("-> NOTSENT"),
                   right("-> UNACKED"),
                   right("-> ACKED"),
                   undelivered_column},
                  flow_row, style);
}

}  // namespace wiregap::cli
