// SPDX-License-Identifier: Apache-2.0
// Rows as JSON, and JSON as rows: both by the same schema, so that the daemon and its commands mean
// the same by a key. What is not known is an absent key, never 0 and never null.
#pragma once

#include <nlohmann/json.hpp>

#include "daemon/view/field.h"

namespace wiregap::view {

using Json = nlohmann::ordered_json;

Json encode(const Schema& schema, const Row& row);

/// Never throws: what is not there, or of another type than JSON has for it, is not known.
Row decode(const Schema& schema, const Json& json);

}  // namespace wiregap::view
