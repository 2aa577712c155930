// SPDX-License-Identifier: Apache-2.0
// Verdicts and their evidence as JSON, the same in every document that shows them.
#pragma once

#include <nlohmann/json.hpp>

#include "daemon/model/explain.h"
#include "daemon/model/verdict.h"
#include "daemon/model/verdict_change.h"

namespace wiregap::exporters {

/// {"verdict":..,"locus":..,"verdict_seconds":..,"evidence":{..}}: keys to be merged into the
/// connection's object.
void add_judgement(nlohmann::ordered_json& connection, const model::Judgement& judgement);

/// {"peer_stalled":{"locus":"peer","connections":1,"seconds":2.5},..}; app_late only where a
/// backlog source makes it possible.
nlohmann::ordered_json verdicts_object(const model::VerdictCounts& counts);

/// {"unix_seconds":..,"service":..,"port":..,"role":..,"local":..,"peer":..,"verdict":..,
/// "locus":..,"before":..,"before_seconds":..,"held_bytes":..}
nlohmann::ordered_json change_object(const model::VerdictChange& change, double unix_seconds);

/// {"subject":..,"verdict":..,"locus":..,"held":..,"where":..,"why":..,"whose":..,"advice":..,
/// "notes":[..]}
nlohmann::ordered_json explanation_object(const model::Explanation& explanation);

}  // namespace wiregap::exporters
