// SPDX-License-Identifier: Apache-2.0
// /api/v1/connections as a table.
#pragma once

#include <string>

#include "daemon/cli/api_client.h"
#include "daemon/cli/table.h"

namespace wiregap::cli {

/// One row for each connection with bytes in the send queue, and a line where the daemon had more.
/// Throws Failure if the document has no list of connections.
std::string render_connections(const Json& document, const TableStyle& style);

}  // namespace wiregap::cli
