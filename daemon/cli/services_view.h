// SPDX-License-Identifier: Apache-2.0
// /api/v1/services as a table.
#pragma once

#include <string>

#include "daemon/cli/api_client.h"
#include "daemon/cli/table.h"

namespace wiregap::cli {

/// One row for each service. Throws Failure if the document has no list of services.
std::string render_services(const Json& document, const TableStyle& style);

/// The way of each service's bytes, in the order in which they take it:
/// written = notsent + unacked + acked + undelivered.
std::string render_flow(const Json& document, const TableStyle& style);

}  // namespace wiregap::cli
