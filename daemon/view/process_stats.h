// SPDX-License-Identifier: Apache-2.0
// The daemon's own process, for Prometheus' standard process_* metrics.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace wiregap::view {

/// What can't be read is absent (a process that dropped privileges may not list its own fd/).
struct ProcessStats {
    std::optional<double> cpu_seconds{};
    std::optional<double> start_time_unix_seconds{};
    std::optional<std::uint64_t> resident_memory_bytes{};
    std::optional<std::uint64_t> virtual_memory_bytes{};
    std::optional<std::uint64_t> open_fds{};
    std::optional<std::uint64_t> max_fds{};
};

/// Source: `proc_self`/stat and /fd (proc(5)), getrlimit. Never throws for what is missing.
ProcessStats read_process_stats(const std::string& proc_self = "/proc/self");

}  // namespace wiregap::view
