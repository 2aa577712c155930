// SPDX-License-Identifier: Apache-2.0
// How full the memory of a process' control group is: what its sockets have received counts there
// too (cgroup v2, Documentation/admin-guide/cgroup-v2.rst, "sock" of memory.stat).
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "daemon/model/service.h"

namespace wiregap::kernel {

/// Reads each control group once.
class GroupMemories {
  public:
    explicit GroupMemories(std::string proc = "/proc", std::string cgroups = "/sys/fs/cgroup")
        : proc_(std::move(proc)), cgroups_(std::move(cgroups)) {}

    /// The fullest of a process' control group and those above it, of those whose limit is near
    /// (95 %). Nothing where none is, or cgroup v2 does not count memory.
    std::optional<model::GroupMemory> of(std::uint32_t pid);

  private:
    std::optional<model::GroupMemory> read(const std::string& group) const;

    std::string proc_;
    std::string cgroups_;
    std::map<std::string, std::optional<model::GroupMemory>> known_;
};

}  // namespace wiregap::kernel
