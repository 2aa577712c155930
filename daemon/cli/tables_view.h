// SPDX-License-Identifier: Apache-2.0
// /api/v1/services and /api/v1/connections as tables.
#pragma once

#include <string>

#include "daemon/cli/api_client.h"
#include "daemon/view/text_table.h"

namespace wiregap::cli {

/// One row for each service; flow: the way of its bytes instead of all columns. Throws Failure if
/// the document has no list of services.
std::string render_services(const Json& document, bool flow, const view::TableStyle& style);

/// One row for each connection that holds bytes or leaves much unread, and a line where the daemon
/// had more. Throws Failure if the document has no list of connections.
std::string render_connections(const Json& document, const view::TableStyle& style);

}  // namespace wiregap::cli
