// SPDX-License-Identifier: Apache-2.0
#include "daemon/kernel/host/group_memory.h"

#include <fstream>

namespace wiregap::kernel {
namespace {

/// Of cgroup v2: the line "0::/system.slice/x.service". Empty: the root, or not known.
std::string group_of(std::uint32_t pid, const std::string& proc) {
    std::ifstream file(proc + "/" + std::to_string(pid) + "/cgroup");
    for (std::string line; std::getline(file, line);) {
        if (line.starts_with("0::")) return line.substr(3) == "/" ? "" : line.substr(3);
    }
    return "";
}

std::uint64_t number_in(const std::string& path) {
    std::uint64_t value = 0;
    std::ifstream(path) >> value;  // "max": 0
    return value;
}

double fill_of(const model::GroupMemory& memory) {
    return static_cast<double>(memory.bytes) / static_cast<double>(memory.limit_bytes);
}

}  // namespace

std::optional<model::GroupMemory> memory_of(std::uint32_t pid, const std::string& proc,
                                            const std::string& cgroups) {
    std::optional<model::GroupMemory> fullest;
    std::string group = group_of(pid, proc);
    if (group.find("/..") != std::string::npos) return {};  // not of our namespace of groups
    for (; !group.empty(); group.erase(group.rfind('/'))) {
        const model::GroupMemory memory{.group = group,
                                        .bytes = number_in(cgroups + group + "/memory.current"),
                                        .limit_bytes = number_in(cgroups + group + "/memory.max")};
        if (memory.limit_bytes == 0) continue;
        if (!fullest || fill_of(memory) > fill_of(*fullest)) fullest = memory;
    }
    return fullest;
}

}  // namespace wiregap::kernel
