// SPDX-License-Identifier: Apache-2.0
#include "daemon/kernel/owners.h"

#include <algorithm>
#include <fstream>
#include <iterator>

#include "daemon/model/units.h"

namespace wiregap::kernel {
namespace {

bool is_container_id(std::string_view text) {
    return text.size() == 64 && std::all_of(text.begin(), text.end(), [](char c) {
               return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
           });
}

/// "docker-<id>.scope", "cri-containerd-<id>.scope", "libpod-<id>.scope", or a bare id (cgroupfs).
std::string_view container_in(std::string_view part) {
    if (part.ends_with(".scope")) part.remove_suffix(6);
    const auto dash = part.rfind('-');
    if (dash != std::string_view::npos) part.remove_prefix(dash + 1);
    return is_container_id(part) ? part.substr(0, 12) : std::string_view{};
}

void read_part(std::string_view part, model::Owner& owner) {
    constexpr std::string_view service = ".service";
    if (const auto id = container_in(part); !id.empty()) owner.container = id;
    if (!part.ends_with(service)) return;
    part.remove_suffix(service.size());
    // The user manager is where sessions live, not what people start.
    if (part.starts_with("user@")) return;
    owner.unit = model::printable(part);
}

void read_path(std::string_view path, model::Owner& owner) {
    while (!path.empty()) {
        const auto end = path.find('/');
        read_part(path.substr(0, end), owner);
        if (end == std::string_view::npos) return;
        path.remove_prefix(end + 1);
    }
}

}  // namespace

model::Owner parse_cgroup(std::string_view text) {
    model::Owner owner;
    while (!text.empty()) {
        const auto end = text.find('\n');
        const std::string_view line = text.substr(0, end);
        const auto first = line.find(':');
        const auto second = line.find(':', first + 1);
        if (first != std::string_view::npos && second != std::string_view::npos) {
            const auto controllers = line.substr(first + 1, second - first - 1);
            // v2 has no controllers' names; v1 keeps systemd's tree under name=systemd.
            if (controllers.empty() || controllers == "name=systemd") {
                read_path(line.substr(second + 1), owner);
            }
        }
        if (end == std::string_view::npos) break;
        text.remove_prefix(end + 1);
    }
    return owner;
}

model::Owner OwnerDirectory::find(std::uint32_t pid, std::string_view comm) {
    model::Owner owner;
    if (pid != 0) {
        const auto [entry, fresh] = known_.try_emplace(pid);
        if (fresh) {
            std::ifstream file(proc_ + "/" + std::to_string(pid) + "/cgroup");
            const std::string text{std::istreambuf_iterator<char>(file), {}};
            entry->second = parse_cgroup(text);
        }
        owner = entry->second;
    }
    owner.pid = pid;
    owner.comm = model::printable(comm);
    return owner;
}

}  // namespace wiregap::kernel
