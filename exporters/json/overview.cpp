// SPDX-License-Identifier: Apache-2.0
#include "exporters/json/overview.h"

#include <cstddef>
#include <vector>

#include "daemon/model/connection.h"
#include "daemon/view/layout.h"
#include "exporters/json/json_parts.h"

namespace wiregap::exporters {
namespace {

using view::Json;

std::string columns_of(const view::Layout& layout) {
    Json columns = Json::array();
    for (const view::Shown& shown : layout.columns) {
        const view::FieldInfo& field = layout.schema.fields[shown.place];
        columns.push_back({{"key", field.key},
                           {"header", shown.column.header},
                           {"unit", to_string(field.unit)},
                           {"help", field.help}});
    }
    return compact(columns);
}

/// "columns":[..],"rows":[..]
template <class Item>
std::string table_of(const view::Layout& layout, const view::Table<Item>& table,
                     const std::vector<const Item*>& items, const model::Known& known) {
    JsonList rows;
    for (const Item* item : items)
        rows.add(view::encode(table, view::row_of(layout, table, *item, known)));
    return "\"columns\":" + columns_of(layout) + ",\"rows\":" + std::move(rows).close();
}

template <class Item>
std::vector<const Item*> pointers_to(const std::vector<Item>& items) {
    std::vector<const Item*> pointers;
    pointers.reserve(items.size());
    for (const Item& item : items) pointers.push_back(&item);
    return pointers;
}

std::vector<const model::Connection*> worst_of(const model::Snapshot& snapshot) {
    std::vector<const model::Connection*> worst;
    for (const std::size_t i : model::worst_first(snapshot.connections, overview_connections))
        worst.push_back(&snapshot.connections[i]);
    return worst;
}

/// Calls with(name, bytes) for each part of what was held.
template <class With>
void for_parts(const model::HeldByLocus& held, const With& with) {
    for (std::size_t i = 0; i < model::loci; ++i)
        with(std::string(to_string(static_cast<model::Locus>(i))), held.bytes.at(i));
    with("unlisted", held.unlisted_bytes);
}

/// {"peer":..,"network":..,..,"unlisted":..}
Json held_by_locus(const model::HeldByLocus& held) {
    Json json = Json::object();
    for_parts(held, [&](const std::string& name, auto bytes) { json[name] = bytes; });
    return json;
}

/// The same with a list for each, null where there was no tick.
Json lists_by_locus(const model::HeldSteps& steps) {
    Json lists = Json::object();
    for_parts({}, [&](const std::string& name, auto) { lists[name] = Json::array(); });
    for (const auto& step : steps) {
        for_parts(step.value_or(model::HeldByLocus{}), [&](const std::string& name, auto bytes) {
            lists[name].push_back(step ? Json(bytes) : Json());
        });
    }
    return lists;
}

std::string history_of(const model::Snapshot& snapshot) {
    return compact({{"step_seconds", model::HeldHistory::step_seconds},
                    {"steps", model::HeldHistory::steps},
                    {"now_bytes", held_by_locus(snapshot.held_now)},
                    {"held_bytes", lists_by_locus(snapshot.held_history)}});
}

}  // namespace

std::string overview_json(const model::Snapshot& snapshot, const std::string& version,
                          const std::string& withheld) {
    const std::string text = "{\"snapshot\":" + compact(snapshot_object(snapshot)) +
                             ",\"version\":" + compact(version) + ",\"services\":{" +
                             table_of(view::page_services_layout(), view::service_table(),
                                      pointers_to(snapshot.services), snapshot.known) +
                             "},\"history\":" + history_of(snapshot);
    if (!withheld.empty()) return text + ",\"withheld\":" + compact(withheld) + "}\n";
    const auto worst = worst_of(snapshot);
    const bool truncated =
        snapshot.connections_truncated || worst.size() < snapshot.connections.size();
    return text + ",\"connections\":{" +
           table_of(view::page_connections_layout(), view::connection_table(), worst,
                    snapshot.known) +
           ",\"truncated\":" + (truncated ? "true" : "false") + "}}\n";
}

}  // namespace wiregap::exporters
