// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "daemon/model/snapshot.h"

namespace wiregap::exporters {

/// The page at /: links, version, back end, and the twenty services with most bytes in their send
/// queues. snapshot: may be null.
std::string landing_page(const model::Snapshot* snapshot, const std::string& version);

}  // namespace wiregap::exporters
