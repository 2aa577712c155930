// SPDX-License-Identifier: Apache-2.0
#include "exporters/json_api.h"

#include <nlohmann/json.hpp>

#include "daemon/model/explain.h"
#include "daemon/view/codec.h"
#include "daemon/view/text.h"

namespace wiregap::exporters {
namespace {

using view::Json;
using view::valid_utf8;

std::string compact(const Json& json) {
    return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

template <class Item>
Json object_of(const view::Table<Item>& table, const Item& item, const model::Known& known) {
    return view::encode(table, view::row_of(table, item, known));
}

Json snapshot_object(const model::Snapshot& snapshot) {
    return object_of(view::snapshot_table(), snapshot, snapshot.known);
}

/// {"snapshot":{..},"NAME":[ITEM,..]: the elements are joined as text, because a tree of thousands
/// of them would take several times their memory. The caller closes the brace.
class ListBody {
  public:
    ListBody(const model::Snapshot& snapshot, const std::string& name)
        : text_("{\"snapshot\":" + compact(snapshot_object(snapshot)) + ",\"" + name + "\":[") {}
    void add(const Json& item) {
        if (count_++ > 0) text_ += ',';
        text_ += compact(item);
    }
    [[nodiscard]] std::size_t count() const { return count_; }
    std::string close(const std::string& rest) { return std::move(text_) + "]" + rest + "}\n"; }

  private:
    std::string text_;
    std::size_t count_ = 0;
};

template <class Item>
void add_list(Json& json, const view::Table<Item>& table, const std::vector<Item>& items) {
    Json& list = json[std::string(table.list)] = Json::array();
    for (const Item& item : items) list.push_back(object_of(table, item, {}));
}

}  // namespace

std::string services_json(const model::Snapshot& snapshot, const Filter& filter) {
    ListBody body(snapshot, "services");
    for (const model::Service& service : snapshot.services) {
        if (filter.accepts(service.name, service.port, service.role)) {
            body.add(object_of(view::service_table(), service, snapshot.known));
        }
    }
    return body.close("");
}

std::string connections_json(const model::Snapshot& snapshot, const Filter& filter) {
    ListBody body(snapshot, "connections");
    bool truncated = snapshot.connections_truncated;
    for (const model::Connection& c : snapshot.connections) {
        if (!filter.accepts(c.service, c.service_port, c.role)) continue;
        if (filter.limit && body.count() == *filter.limit) {
            truncated = true;
            break;
        }
        body.add(object_of(view::connection_table(), c, snapshot.known));
    }
    return body.close(std::string(",\"truncated\":") + (truncated ? "true" : "false"));
}

std::string explain_json(const model::Snapshot& snapshot, const std::string& what) {
    const model::Answer answer = model::explain(snapshot, what);
    ListBody body(snapshot, "explanations");
    for (const model::Explanation& explanation : answer.found) {
        body.add(object_of(view::explanation_table(), explanation, snapshot.known));
    }
    const std::string problem =
        answer.problem.empty() ? "" : ",\"problem\":" + compact(valid_utf8(answer.problem));
    return body.close(problem);
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
