// SPDX-License-Identifier: Apache-2.0
#include "exporters/json_api.h"

#include <nlohmann/json.hpp>

#include "daemon/model/explain.h"
#include "exporters/connection_json.h"
#include "exporters/service_json.h"
#include "exporters/text.h"
#include "exporters/verdict_json.h"

namespace wiregap::exporters {
namespace {

using Json = nlohmann::ordered_json;

std::string compact(const Json& json) {
    return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Json snapshot_object(const model::Snapshot& snapshot) {
    return {{"sequence", snapshot.sequence},
            {"taken_monotonic_ns", snapshot.taken_ns},
            {"taken_unix_seconds", snapshot.taken_unix_seconds},
            {"tick_interval_seconds", snapshot.tick_interval_seconds},
            {"backend", snapshot.self.backend},
            {"backend_reason", valid_utf8(snapshot.self.backend_reason)}};
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

Json hook_objects(const model::Self& self) {
    Json hooks = Json::array();
    for (const model::Hook& hook : self.hooks) {
        hooks.push_back({{"hook", hook.name},
                         {"mechanism", hook.mechanism},
                         {"program", hook.program},
                         {"attached", hook.attached},
                         {"reason", hook.reason},
                         {"loses", hook.loses}});
    }
    return hooks;
}

}  // namespace

std::string services_json(const model::Snapshot& snapshot, const Filter& filter) {
    ListBody body(snapshot, "services");
    for (const model::Service& service : snapshot.services) {
        if (filter.accepts(service.name, service.port, service.role)) {
            body.add(service_object(service, snapshot.known));
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
        body.add(connection_object(c));
    }
    return body.close(std::string(",\"truncated\":") + (truncated ? "true" : "false"));
}

std::string explain_json(const model::Snapshot& snapshot, const std::string& what) {
    const model::Answer answer = model::explain(snapshot, what);
    ListBody body(snapshot, "explanations");
    for (const model::Explanation& explanation : answer.found) {
        body.add(explanation_object(explanation));
    }
    const std::string problem =
        answer.problem.empty() ? "" : ",\"problem\":" + compact(valid_utf8(answer.problem));
    return body.close(problem);
}

std::string self_json(const model::Snapshot& snapshot, const std::string& version) {
    const model::Self& self = snapshot.self;
    Json json{{"snapshot", snapshot_object(snapshot)},
              {"version", version},
              {"hooks", hook_objects(self)}};
    Json& programs = json["programs"] = Json::array();
    for (const model::ProgramRuns& p : self.programs) {
        programs.push_back(
            {{"program", p.program}, {"runs", p.runs}, {"run_seconds", p.run_seconds}});
    }
    Json& maps = json["maps"] = Json::array();
    for (const model::MapFill& m : self.maps) {
        maps.push_back({{"map", m.map}, {"entries", m.entries}, {"capacity", m.capacity}});
    }
    json["lost"] = self.lost;
    json["tick_seconds"] = self.tick_seconds;
    return compact(json) + "\n";
}

std::string error_json(const std::string& message) {
    return compact(Json{{"error", message}}) + "\n";
}

}  // namespace wiregap::exporters
