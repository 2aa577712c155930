// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include "daemon/model/snapshot.h"

namespace wiregap::exporters {

struct Readiness {
    bool ready = false;
    std::string line;  ///< for people: how fresh the picture is, or why not ready
};

/// Ready: there is a snapshot, and it is younger than three ticks and a second.
/// snapshot: may be null. now_ns: CLOCK_MONOTONIC.
Readiness readiness(const model::Snapshot* snapshot, std::uint64_t now_ns);

}  // namespace wiregap::exporters
