// SPDX-License-Identifier: Apache-2.0
// /api/v1/overview: all that the page shows, in one document each tick.
#pragma once

#include <cstddef>
#include <string>

#include "daemon/model/snapshot.h"

namespace wiregap::exporters {

/// So many connections at most, those that have held most for longest: a page need not show more,
/// and a tick must not cost more than a scrape.
inline constexpr std::size_t overview_connections = 1000;

/// {"snapshot":{..},"version":..,
///  "services":{"columns":[{"key":..,"header":..,"unit":..,"help":..},..],"rows":[{..},..]},
///  "history":{"step_seconds":2,"steps":300,"now_bytes":{"peer":..,..,"unlisted":..},
///             "held_bytes":{"peer":[..],..,"unlisted":[..]}},
///  "connections":{"columns":..,"rows":..,"truncated":bool}}
/// A row has the columns' keys, as /api/v1/services and /api/v1/connections have them; what is not
/// known is absent. The lists of the history are oldest first, the most that was held in each step,
/// null where there was no tick.
///
/// withheld: why whoever asks may not see connections, which then are absent and this sentence
/// stands in "withheld"; empty: he may.
std::string overview_json(const model::Snapshot& snapshot, const std::string& version,
                          const std::string& withheld);

}  // namespace wiregap::exporters
