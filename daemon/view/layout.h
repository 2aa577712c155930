// SPDX-License-Identifier: Apache-2.0
// Which fields a face shows, under which words: the command and the RESP server lay out the same
// tables. A layout computes nothing.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "daemon/view/field.h"
#include "daemon/view/text_table.h"

namespace wiregap::view {

/// What of a field's delays is shown.
enum class Quantile : std::uint8_t { none, p50, p99 };

struct Shown {
    std::string_view field;  ///< its key
    Column column;
    Quantile quantile = Quantile::none;
    std::size_t place = 0;  ///< of the field in its schema; the layout sets it
};

struct Layout {
    /// Throws std::logic_error if a field does not exist.
    Layout(const Schema& its_schema, std::vector<Shown> shown);

    const Schema& schema;
    std::vector<Shown> columns;
};
/// A layout with more columns behind its own.
Layout with_more(const Layout& layout, const std::vector<Shown>& more);

const Layout& services_layout();
/// The way of each service's bytes: written = notsent + unacked + acked + undelivered.
const Layout& flow_layout();
const Layout& connections_layout();
/// The five places of each service; and the connections below.
const Layout& places_layout();
const Layout& worst_layout();
/// The same two of the page, which has more room.
const Layout& page_services_layout();
const Layout& page_connections_layout();

/// What a cell shows for a value that is not known.
inline constexpr std::string_view unknown = "-";

/// The value as people read it.
std::string cell(const FieldInfo& field, const Value& value, Quantile quantile = Quantile::none);

/// A table with a header and no row yet; `more`: columns behind the layout's.
TextTable table_of(const Layout& layout, const std::vector<std::string>& more = {});
std::vector<std::string> cells_of(const Layout& layout, const Row& row);

/// The same of a thing itself: only what is shown is taken from it.
template <class Item>
std::vector<std::string> cells_of(const Layout& layout, const Table<Item>& table, const Item& item,
                                  const model::Known& known) {
    std::vector<std::string> cells;
    for (const Shown& shown : layout.columns) {
        const Field<Item>& field = table.rows[shown.place];
        cells.push_back(cell(field.info, value_of(field, item, known), shown.quantile));
    }
    return cells;
}

/// The row of a thing with what the layout shows, and nothing else.
template <class Item>
Row row_of(const Layout& layout, const Table<Item>& table, const Item& item,
           const model::Known& known) {
    Row row(table.rows.size());
    for (const Shown& shown : layout.columns)
        row[shown.place] = value_of(table.rows[shown.place], item, known);
    return row;
}

/// One field of a row, by its key.
const Value& value_of(const Schema& schema, const Row& row, std::string_view key);

}  // namespace wiregap::view
