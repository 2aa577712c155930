// SPDX-License-Identifier: Apache-2.0
// The judgement of `wiregap doctor`: facts in, findings out. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/cli/doctor/host_facts.h"
#include "daemon/kernel/bpf/doctor_probe.h"

namespace wiregap::cli {

/// `limit` costs something only if the hooks say so; `missing` costs features by itself.
enum class Status : std::uint8_t { ok, limit, missing };
std::string_view to_string(Status status) noexcept;

/// One fact about the host: what is there, what is lost by it, what to do.
struct Finding {
    std::string fact;
    std::string value;
    Status status = Status::ok;
    std::string loses;  ///< empty when ok
    std::string todo;   ///< a command or a line of configuration; empty when ok
};

std::vector<Finding> judge(const HostFacts& facts);

/// May this process load BPF programs at all? If not, trying every hook only repeats one EPERM.
bool may_load_programs(const HostFacts& facts);

/// Where the list of hooks comes from.
enum class HookSource : std::uint8_t { tried_here, running_daemon };

struct Diagnosis {
    std::vector<Finding> findings;
    kernel::ProbeReport probe;
    HookSource source = HookSource::tried_here;
};

/// Does what the hooks give lack a feature? The poll back end does by itself; the tracepoint back
/// end with all of its hooks does not.
bool hooks_cost_features(const kernel::ProbeReport& probe);

/// Is something missing that costs features? The command then ends with exit_missing.
bool costs_features(const Diagnosis& diagnosis);

}  // namespace wiregap::cli
