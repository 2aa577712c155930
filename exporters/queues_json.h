// SPDX-License-Identifier: Apache-2.0
// The kernel's queues as JSON, under the same keys for a service and for a connection.
#pragma once

#include <nlohmann/json.hpp>

namespace wiregap::exporters {

/// Queues: model::ServiceGauges or model::Connection. All in bytes.
template <typename Queues>
void add_queues(nlohmann::ordered_json& json, const Queues& queues) {
    json["notsent_bytes"] = queues.notsent_bytes;
    json["unacked_bytes"] = queues.unacked_bytes;
    json["receive_queue_bytes"] = queues.receive_queue_bytes;
    json["send_buffer_used_bytes"] = queues.send_buffer_used_bytes;
    json["send_buffer_limit_bytes"] = queues.send_buffer_limit_bytes;
}

}  // namespace wiregap::exporters
