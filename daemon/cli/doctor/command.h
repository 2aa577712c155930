// SPDX-License-Identifier: Apache-2.0
// `wiregap doctor`: gathers, judges, prints.
#pragma once

#include <string>

#include "daemon/cli/doctor/host_facts.h"
#include "daemon/cli/options.h"
#include "daemon/kernel/bpf/doctor_probe.h"

namespace wiregap::cli {

struct DoctorResult {
    std::string text;
    int exit_code = 0;  ///< exit_ok or exit_missing
};

/// Tries the hooks with `probe` where this process may load programs; where it may not, shows what
/// a running daemon got. Never throws for a daemon that does not answer.
DoctorResult run_doctor(const Options& options, const HostFacts& facts,
                        kernel::ProbeReport (*probe)());

}  // namespace wiregap::cli
