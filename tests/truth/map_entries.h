// SPDX-License-Identifier: Apache-2.0
// How full wiregap's maps are: what it keeps of a connection ends with the connection.
#pragma once

#include <map>
#include <string>

#include "tests/truth/session.h"

namespace wiregap::truth {

/// By map; empty without a daemon.
using MapEntries = std::map<std::string, double>;
MapEntries map_entries(const Session& session);

/// They go back to what they were before, within 10 s; of other programs' sockets some may come.
void expect_entries(Session& session, const MapEntries& before);

}  // namespace wiregap::truth
