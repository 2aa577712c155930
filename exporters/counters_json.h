// SPDX-License-Identifier: Apache-2.0
// What a service has done since wiregapd started, as JSON.
#pragma once

#include <nlohmann/json.hpp>

#include "daemon/model/service.h"
#include "daemon/model/snapshot.h"

namespace wiregap::exporters {

/// {"written_bytes":..,"writes":{..},"write_to_transmit":{..},"held_seconds":{..},..}: keys to be
/// merged into the service's object; only what the back end knows.
void add_counters(nlohmann::ordered_json& service, const model::ServiceCounters& counters,
                  const model::Known& known);

}  // namespace wiregap::exporters
