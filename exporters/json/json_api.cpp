// SPDX-License-Identifier: Apache-2.0
#include "exporters/json/json_api.h"

#include "daemon/model/explain.h"
#include "daemon/view/text.h"
#include "exporters/json/json_parts.h"

namespace wiregap::exporters {
namespace {

using view::Json;
using view::valid_utf8;

/// {"snapshot":{..},"NAME":LIST and the rest, which begins with a comma or is empty.
std::string document(const model::Snapshot& snapshot, const std::string& name, JsonList list,
                     const std::string& rest = "") {
    return "{\"snapshot\":" + compact(snapshot_object(snapshot)) + ",\"" + name +
           "\":" + std::move(list).close() + rest + "}\n";
}

template <class Item>
void add_list(Json& json, const view::Table<Item>& table, const std::vector<Item>& items) {
    Json& list = json[std::string(table.list)] = Json::array();
    for (const Item& item : items) list.push_back(object_of(table, item, {}));
}

}  // namespace

std::string services_json(const model::Snapshot& snapshot, const Filter& filter) {
    JsonList list;
    for (const model::Service& service : snapshot.services) {
        if (filter.accepts(service.name, service.port, service.role)) {
            list.add(object_of(view::service_table(), service, snapshot.known));
        }
    }
    return document(snapshot, "services", std::move(list));
}

std::string connections_json(const model::Snapshot& snapshot, const Filter& filter) {
    JsonList list;
    bool truncated = snapshot.connections_truncated;
    for (const model::Connection& c : snapshot.connections) {
        if (!filter.accepts(c.service, c.service_port, c.role)) continue;
        if (filter.limit && list.count() == *filter.limit) {
            truncated = true;
            break;
        }
        list.add(object_of(view::connection_table(), c, snapshot.known));
    }
    return document(snapshot, "connections", std::move(list),
                    std::string(",\"truncated\":") + (truncated ? "true" : "false"));
}

std::string explain_json(const model::Snapshot& snapshot, const std::string& what) {
    const model::Answer answer = model::explain(snapshot, what);
    JsonList list;
    for (const model::Explanation& explanation : answer.found) {
        list.add(object_of(view::explanation_table(), explanation, snapshot.known));
    }
    const std::string problem =
        answer.problem.empty() ? "" : ",\"problem\":" + compact(valid_utf8(answer.problem));
    return document(snapshot, "explanations", std::move(list), problem);
}

std::string self_json(const view::Reading& reading) {
    const model::Snapshot& snapshot = reading.snapshot;
    Json json{{"snapshot", snapshot_object(snapshot)}};
    json.update(object_of(view::daemon_table(), reading, snapshot.known));
    add_list(json, view::hook_table(), snapshot.self.hooks);
    add_list(json, view::program_table(), snapshot.self.programs);
    add_list(json, view::map_table(), snapshot.self.maps);
    add_list(json, view::backlog_source_table(), snapshot.backlog_sources);
    if (snapshot.resp) json["resp"] = object_of(view::resp_table(), *snapshot.resp, snapshot.known);
    return compact(json) + "\n";
}

std::string change_json(const model::VerdictChange& change, double unix_seconds) {
    return compact(object_of(view::change_table(), view::ChangeAt{change, unix_seconds}, {}));
}

std::string error_json(const std::string& message) {
    return compact(Json{{"error", message}}) + "\n";
}

}  // namespace wiregap::exporters
