// SPDX-License-Identifier: Apache-2.0
#include "exporters/service_json.h"

#include <array>
#include <cstdint>
#include <string>

#include "daemon/model/held.h"
#include "exporters/counters_json.h"
#include "exporters/owner_json.h"
#include "exporters/queues_json.h"
#include "exporters/states.h"
#include "exporters/text.h"
#include "exporters/verdict_json.h"

namespace wiregap::exporters {
namespace {

using Json = nlohmann::ordered_json;

Json by_cause(const std::array<std::uint64_t, model::close_causes>& counts) {
    Json json = Json::object();
    for (std::size_t i = 0; i < counts.size(); ++i) {
        json[std::string(to_string(static_cast<model::CloseCause>(i)))] = counts[i];
    }
    return json;
}

void add_gauges(Json& json, const model::ServiceGauges& gauges) {
    add_queues(json, gauges);
    json["send_buffer_fill_ratio_max"] = gauges.send_buffer_fill_ratio_max;
    Json& connections = json["connections"] = Json::object();
    for (const unsigned state : connection_states) {
        connections[std::string(model::tcp_state_name(state))] = gauges.connections.at(state);
    }
}

}  // namespace

nlohmann::ordered_json service_object(const model::Service& service, const model::Known& known) {
    nlohmann::ordered_json json{{"service", valid_utf8(service.name)},
                                {"port", service.port},
                                {"role", to_string(service.role)},
                                {"netns_inode", service.netns_inode},
                                {"owner", owner_object(service.owner)}};
    add_counters(json, service.counters, known);
    add_gauges(json, service.gauges);
    if (known.held) json["egress_queue_bytes"] = service.gauges.egress_queue_bytes;
    if (known.accept_queue) {
        json["accept_queue"] = {{"length", service.gauges.accept_queue_length},
                                {"limit", service.gauges.accept_queue_limit},
                                {"overflows", service.counters.accept_overflows}};
    }
    if (const auto backlog = reply_backlog_bytes(service)) json["reply_backlog_bytes"] = *backlog;
    json["verdicts"] = verdicts_object(service.verdicts);
    if (known.lifecycle) {
        json["connections_opened"] = service.counters.opened;
        json["connections_closed"] = by_cause(service.counters.closed);
        json["undelivered_bytes"] = by_cause(service.counters.undelivered_bytes);
        json["undelivered_connections"] = by_cause(service.counters.undelivered_connections);
    }
    return json;
}

}  // namespace wiregap::exporters
