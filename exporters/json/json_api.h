// SPDX-License-Identifier: Apache-2.0
// A snapshot as the JSON of /api/v1/: compact, units in the keys. What the back end can't know is
// an absent key, never 0 and never null.
#pragma once

#include <string>

#include "daemon/model/snapshot.h"
#include "daemon/view/tables.h"
#include "exporters/json/query.h"

namespace wiregap::exporters {

/// {"snapshot":{..},"services":[..]}, those that the filter accepts.
std::string services_json(const model::Snapshot& snapshot, const Filter& filter);

/// {"snapshot":{..},"connections":[..],"truncated":bool}: connections that hold bytes,
/// most notsent first; truncated if the snapshot or the filter's limit left some out.
std::string connections_json(const model::Snapshot& snapshot, const Filter& filter);

/// Sentences about what `what` names (model/explain.h). Where nothing is known by that name, the
/// list is empty and "problem" says what to ask instead.
std::string explain_json(const model::Snapshot& snapshot, const std::string& what);

/// {"snapshot":{..},"version":..,"hooks":[..],..}: the monitor about itself.
std::string self_json(const view::Reading& reading);

/// {"unix_seconds":..,"service":..,"verdict":..,"before":..,..}: what SUBSCRIBE says.
std::string change_json(const model::VerdictChange& change, double unix_seconds);

/// {"error":message}
std::string error_json(const std::string& message);

}  // namespace wiregap::exporters
