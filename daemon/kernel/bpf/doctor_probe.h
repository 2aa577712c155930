// SPDX-License-Identifier: Apache-2.0
// "What would wiregapd get here?" for `wiregap doctor`: tries every hook in this process.
#pragma once

#include <string>
#include <vector>

#include "daemon/model/snapshot.h"

namespace wiregap::kernel {

struct ProbeReport {
    std::string chosen_backend;
    std::string backend_reason;  ///< why not a better one; empty if it is the best
    std::vector<model::Hook> hooks;
    std::string error;  ///< the probe itself failed; empty if it ran
};

/// Loads a tiny program on each hook and forgets it at once; attaches nothing. Needs what wiregapd
/// needs (CAP_BPF and CAP_PERFMON); without it the report says so.
ProbeReport probe_hooks();

}  // namespace wiregap::kernel
