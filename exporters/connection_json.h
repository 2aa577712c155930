// SPDX-License-Identifier: Apache-2.0
// A connection as JSON: its queues now, its path, why its bytes wait.
#pragma once

#include <nlohmann/json.hpp>

#include "daemon/model/connection.h"

namespace wiregap::exporters {

nlohmann::ordered_json connection_object(const model::Connection& c);

}  // namespace wiregap::exporters
