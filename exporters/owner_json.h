// SPDX-License-Identifier: Apache-2.0
// Whose a socket is, as JSON.
#pragma once

#include <nlohmann/json.hpp>

#include "daemon/model/service.h"

namespace wiregap::exporters {

/// {"pid":..,"comm":..,"unit":..,"container":..}: no pid where nobody was found.
nlohmann::ordered_json owner_object(const model::Owner& owner);

}  // namespace wiregap::exporters
