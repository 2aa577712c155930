// SPDX-License-Identifier: Apache-2.0
// Reply backlogs per service, from those of the connections.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "daemon/model/snapshot.h"

namespace wiregap::backlog {

/// A service whose reply backlog a source knows, by where it listens.
struct Served {
    std::string source;
    std::uint64_t netns_inode = 0;
    std::uint16_t port = 0;
};

/// Adds them up in the snapshot's services. Those of `served` are there with zero, too.
void add_up(model::Snapshot& snapshot, const std::vector<Served>& served = {});

}  // namespace wiregap::backlog
