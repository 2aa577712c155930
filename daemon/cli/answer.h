// SPDX-License-Identifier: Apache-2.0
// The daemon's JSON as rows: by the schema that the daemon wrote it with.
#pragma once

#include <vector>

#include "daemon/cli/api_client.h"
#include "daemon/view/field.h"

namespace wiregap::cli {

/// The list that the schema names. Throws Failure if there is none: then it was not wiregapd who
/// answered.
std::vector<view::Row> rows_in(const Json& document, const view::Schema& schema);

/// Which picture the document is of: a row of snapshot_table().
view::Row snapshot_in(const Json& document);

}  // namespace wiregap::cli
