// SPDX-License-Identifier: Apache-2.0
// A service as JSON: who it is, what it has done, what it holds now.
#pragma once

#include <nlohmann/json.hpp>

#include "daemon/model/service.h"
#include "daemon/model/snapshot.h"

namespace wiregap::exporters {

nlohmann::ordered_json service_object(const model::Service& service, const model::Known& known);

}  // namespace wiregap::exporters
