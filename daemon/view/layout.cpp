// SPDX-License-Identifier: Apache-2.0
#include "daemon/view/layout.h"

#include <cmath>
#include <utility>

#include "daemon/model/units.h"
#include "daemon/view/tables.h"

namespace wiregap::view {
namespace {

constexpr std::size_t least_name = 8;

Column left(const char* header, const char* short_header = "") {
    return {header, Align::left, short_header};
}
Column name(const char* header) { return {header, Align::left, "", least_name}; }
Column right(const char* header, const char* short_header = "") {
    return {header, Align::right, short_header};
}

std::string of_number(Unit unit, double number) {
    switch (unit) {
        case Unit::bytes:
        case Unit::byte_seconds:
        case Unit::bytes_per_second:
            return model::human_bytes(number);
        case Unit::seconds:
            return model::human_seconds(number);
        case Unit::ratio:
            return model::human_percent(number);
        case Unit::flag:
            return number != 0 ? "yes" : "no";
        case Unit::count:
        case Unit::text:
            break;
    }
    return std::to_string(std::llround(number));
}

/// A quantile says nothing where nothing was counted.
std::string of_delays(const DelaySummary& delays, Quantile quantile) {
    if (delays.count == 0) return std::string(unknown);
    return model::human_seconds(quantile == Quantile::p50 ? delays.p50_seconds
                                                          : delays.p99_seconds);
}

}  // namespace

Layout::Layout(const Schema& its_schema, std::vector<Shown> shown)
    : schema(its_schema), columns(std::move(shown)) {
    for (Shown& column : columns) column.place = schema.at(column.field);
}

Layout with_more(const Layout& layout, const std::vector<Shown>& more) {
    std::vector<Shown> columns = layout.columns;
    columns.insert(columns.end(), more.begin(), more.end());
    return {layout.schema, std::move(columns)};
}

const Layout& services_layout() {
    static const Layout layout{service_table(),
                               {{"service", name("SERVICE")},
                                {"port", right("PORT")},
                                {"role", left("ROLE")},
                                {"open_connections", right("CONNS")},
                                {"written_bytes", right("WRITTEN")},
                                {"notsent_bytes", right("NOTSENT")},
                                {"unacked_bytes", right("UNACKED")},
                                {"late_ratio", right("LATE%")},
                                {"write_to_transmit", right("p50"), Quantile::p50},
                                {"write_to_transmit", right("p99"), Quantile::p99},
                                {"undelivered_all_bytes", right("UNDELIVERED", "UNDELIV")}}};
    return layout;
}

const Layout& flow_layout() {
    static const Layout layout{service_table(),
                               {{"service", name("SERVICE")},
                                {"port", right("PORT")},
                                {"role", left("ROLE")},
                                {"written_bytes", right("WRITTEN")},
                                {"notsent_bytes", right("-> NOTSENT")},
                                {"unacked_bytes", right("-> UNACKED")},
                                {"acked_bytes", right("-> ACKED")},
                                {"undelivered_all_bytes", right("UNDELIVERED", "UNDELIV")}}};
    return layout;
}

const Layout& connections_layout() {
    static const Layout layout{connection_table(),
                               {{"service", name("SERVICE")},
                                {"role", left("ROLE")},
                                {"local", left("LOCAL")},
                                {"peer", left("PEER")},
                                {"verdict", left("VERDICT")},
                                {"reply_backlog_bytes", right("BACKLOG", "BACKL")},
                                {"notsent_bytes", right("NOTSENT")},
                                {"unacked_bytes", right("UNACKED")},
                                {"send_buffer_fill_ratio", right("FILL%")},
                                {"oldest_notsent_seconds", right("OLDEST")},
                                {"srtt_seconds", right("RTT")},
                                {"owner.name", name("OWNER")}}};
    return layout;
}

const Layout& places_layout() {
    static const Layout layout{service_table(),
                               {{"service", name("SERVICE")},
                                {"port", right("PORT")},
                                {"role", left("ROLE")},
                                {"reply_backlog_bytes", right("BACKLOG", "BACKL")},
                                {"notsent_bytes", right("NOTSENT", "NOTSNT")},
                                {"egress_payload_bytes", right("EGRESS")},
                                {"unacked_bytes", right("UNACKED", "UNACKD")},
                                {"acked_bytes_per_second", right("ACKED/s")},
                                {"undelivered_all_bytes", right("UNDELIVERED", "UNDELIV")}}};
    return layout;
}

const Layout& worst_layout() {
    static const Layout layout{connection_table(),
                               {{"verdict", left("VERDICT")},
                                {"reason", left("REASON")},
                                {"service", name("SERVICE")},
                                {"peer", name("PEER")},
                                {"held_bytes", right("HELD")},
                                {"unacked_bytes", right("UNACKED")},
                                {"oldest_notsent_seconds", right("OLDEST")},
                                {"verdict_seconds", right("SINCE")}}};
    return layout;
}

const Layout& page_services_layout() {
    static const Layout layout =
        with_more(places_layout(), {{"held_bytes", right("HELD")},
                                    {"oldest_notsent_seconds", right("OLDEST")},
                                    {"open_connections", right("CONNS")},
                                    {"worst_verdict", left("VERDICT")},
                                    {"worst_locus", left("LOCUS")}});
    return layout;
}

const Layout& page_connections_layout() {
    static const Layout layout =
        with_more(worst_layout(), {{"locus", left("LOCUS")},
                                   {"local", left("LOCAL")},
                                   {"reply_backlog_bytes", right("BACKLOG")},
                                   {"notsent_bytes", right("NOTSENT")},
                                   {"egress_payload_bytes", right("EGRESS")},
                                   {"held_byte_seconds", right("BYTE-SECONDS")},
                                   {"srtt_seconds", right("RTT")},
                                   {"owner.name", left("OWNER")}});
    return layout;
}

std::string cell(const FieldInfo& field, const Value& value, Quantile quantile) {
    if (const auto text = text_in(value))
        return text->empty() ? std::string(unknown) : model::printable(*text);
    if (const auto number = number_in(value)) return of_number(field.unit, *number);
    if (value.size() == 1) {
        if (const auto* delays = std::get_if<DelaySummary>(&value.front().leaf))
            return of_delays(*delays, quantile);
    }
    return std::string(unknown);
}

TextTable table_of(const Layout& layout, const std::vector<std::string>& more) {
    std::vector<Column> columns;
    for (const Shown& shown : layout.columns) columns.push_back(shown.column);
    for (const std::string& header : more) columns.push_back({header});
    return TextTable(std::move(columns));
}

std::vector<std::string> cells_of(const Layout& layout, const Row& row) {
    std::vector<std::string> cells;
    for (const Shown& shown : layout.columns) {
        cells.push_back(
            cell(layout.schema.fields[shown.place], row.at(shown.place), shown.quantile));
    }
    return cells;
}

const Value& value_of(const Schema& schema, const Row& row, std::string_view key) {
    return row.at(schema.at(key));
}

}  // namespace wiregap::view
