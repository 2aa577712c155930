// SPDX-License-Identifier: Apache-2.0
#include "daemon/kernel/host/group_memory.h"

#include <algorithm>
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

/// Of memory.stat: what the kernel frees before it refuses anything.
std::uint64_t reclaimable_in(const std::string& path) {
    std::ifstream file(path);
    std::uint64_t sum = 0;
    std::uint64_t value = 0;
    for (std::string name; file >> name >> value;) {
        if (name == "inactive_file" || name == "active_file" || name == "slab_reclaimable")
            sum += value;
    }
    return sum;
}

double fill_of(const model::GroupMemory& memory) {
    return static_cast<double>(memory.bytes) / static_cast<double>(memory.limit_bytes);
}

bool is_near(std::uint64_t bytes, std::uint64_t limit_bytes) {
    constexpr double near = 0.95;
    return static_cast<double>(bytes) >= near * static_cast<double>(limit_bytes);
}

}  // namespace

/// memory.stat makes the kernel add up all CPUs, so it is read only where it can matter.
std::optional<model::GroupMemory> GroupMemories::read(const std::string& group) const {
    const std::string folder = cgroups_ + group;
    const std::uint64_t limit_bytes = number_in(folder + "/memory.max");
    const std::uint64_t bytes = number_in(folder + "/memory.current");
    if (limit_bytes == 0 || !is_near(bytes, limit_bytes)) return {};
    const std::uint64_t kept = bytes - std::min(bytes, reclaimable_in(folder + "/memory.stat"));
    if (!is_near(kept, limit_bytes)) return {};
    return model::GroupMemory{.group = group, .bytes = kept, .limit_bytes = limit_bytes};
}

std::optional<model::GroupMemory> GroupMemories::of(std::uint32_t pid) {
    constexpr std::size_t longest = 1024;  // a user may nest groups of their own
    constexpr int deepest = 16;
    std::string group = group_of(pid, proc_);
    // "/..": not of our namespace of groups.
    if (group.size() > longest || group.find("/..") != std::string::npos) return {};
    std::optional<model::GroupMemory> fullest;
    for (int depth = 0; !group.empty() && depth < deepest; ++depth) {
        const auto [at, fresh] = known_.try_emplace(group);
        if (fresh) at->second = read(group);
        const auto& memory = at->second;
        if (memory && (!fullest || fill_of(*memory) > fill_of(*fullest))) fullest = memory;
        group.erase(group.rfind('/'));
    }
    return fullest;
}

}  // namespace wiregap::kernel
