// SPDX-License-Identifier: Apache-2.0
// How full the memory of a process' control group is: what its sockets have received counts there
// too (cgroup v2, Documentation/admin-guide/cgroup-v2.rst, "sock" of memory.stat).
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "daemon/model/service.h"

namespace wiregap::kernel {

/// The fullest of a process' control group and those above it, of those that have a limit. Nothing
/// where there is none, or cgroup v2 does not count memory.
std::optional<model::GroupMemory> memory_of(std::uint32_t pid, const std::string& proc = "/proc",
                                            const std::string& cgroups = "/sys/fs/cgroup");

}  // namespace wiregap::kernel
