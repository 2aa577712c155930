// SPDX-License-Identifier: Apache-2.0
#include "daemon/kernel/host/owner_names.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstddef>

#include "daemon/model/units.h"

namespace wiregap::kernel {
namespace {

constexpr std::string_view pod_alphabet = "bcdfghjklmnpqrstvwxz2456789";

bool is_of(std::string_view text, std::string_view alphabet) {
    return !text.empty() && text.find_first_not_of(alphabet) == std::string_view::npos;
}

bool is_container_id(std::string_view text) {
    return text.size() == 64 && is_of(text, "0123456789abcdef");
}

/// "docker-<id>.scope", "cri-containerd-<id>.scope", "crio-<id>.scope", "libpod-<id>.scope", or a
/// bare id (cgroupfs), with "kubepods-...slice:cri-containerd:" before it where the two disagree.
std::string_view container_in(std::string_view part) {
    if (part.ends_with(".scope")) part.remove_suffix(6);
    const auto before = part.find_last_of("-:");
    if (before != std::string_view::npos) part.remove_prefix(before + 1);
    return is_container_id(part) ? part.substr(0, 12) : std::string_view{};
}

/// "a\\x2db" of systemd is "a-b" (systemd.unit(5), string escaping).
std::string unescaped(std::string_view text) {
    std::string plain;
    for (std::size_t at = 0; at < text.size(); ++at) {
        unsigned code = 0;
        const bool is_escape = text.substr(at, 2) == "\\x" && at + 4 <= text.size();
        const char* const digits = text.data() + at + 2;
        if (is_escape && std::from_chars(digits, digits + 2, code, 16).ptr == digits + 2) {
            plain += static_cast<char>(code);
            at += 3;
        } else {
            plain += text[at];
        }
    }
    return plain;
}

/// libvirt's "qemu-7-NAME": the number is another one at each start.
std::string without_run(std::string name) {
    for (const std::string_view prefix : {"qemu-", "lxc-"}) {
        if (!name.starts_with(prefix)) continue;
        const auto digits = name.find_first_not_of("0123456789", prefix.size());
        if (digits == std::string::npos || digits == prefix.size() || name[digits] != '-') continue;
        return name.substr(digits + 1);
    }
    return name;
}

/// "lxc.payload.NAME" and "lxc/NAME" (LXC, LXD, Proxmox), "machine-NAME.scope" (systemd-nspawn,
/// libvirt), "systemd-nspawn@NAME.service" (machinectl start).
std::string guest_in(std::string_view part, std::string_view before) {
    if (before == "lxc") return std::string(part);
    constexpr std::array<std::array<std::string_view, 2>, 3> kinds = {
        {{"lxc.payload.", ""}, {"machine-", ".scope"}, {"systemd-nspawn@", ".service"}}};
    for (const auto& [prefix, suffix] : kinds) {
        if (!part.starts_with(prefix)) continue;
        part.remove_prefix(prefix.size());
        if (part.ends_with(suffix)) part.remove_suffix(suffix.size());
        return without_run(unescaped(part));
    }
    return {};
}

/// user: of the user manager below which the part is; set where this one is it.
void read_part(std::string_view part, std::string_view before, std::string_view& user,
               Group& group) {
    if (part.find("kubepods") != std::string_view::npos) group.kubernetes = true;
    std::string container(container_in(part));
    if (container.empty()) container = guest_in(part, before);
    if (!container.empty()) group.container = model::printable(container);
    constexpr std::string_view service = ".service";
    if (!part.ends_with(service)) return;
    part.remove_suffix(service.size());
    constexpr std::string_view manager = "user@";
    if (part.starts_with(manager)) {
        // Where sessions live, not what people start.
        user = part.substr(manager.size());
        return;
    }
    group.unit = model::printable(part);
    // A user may call a unit as the system's is called.
    if (!user.empty()) group.unit += "@" + std::string(user);
}

/// Takes "-SUFFIX" off, if it is one.
template <class IsSuffix>
bool take_off(std::string_view& name, const IsSuffix& is_suffix) {
    const auto dash = name.rfind('-');
    if (dash == std::string_view::npos || dash == 0 || !is_suffix(name.substr(dash + 1)))
        return false;
    name = name.substr(0, dash);
    return true;
}

std::string_view base_name(std::string_view path) {
    const auto slash = path.rfind('/');
    return slash == std::string_view::npos ? path : path.substr(slash + 1);
}

}  // namespace

Group group_of_path(std::string_view path) {
    Group group;
    std::string_view before;
    std::string_view user;
    while (!path.empty()) {
        const auto end = path.find('/');
        const std::string_view part = path.substr(0, end);
        read_part(part, before, user, group);
        if (end == std::string_view::npos) break;
        before = part;
        path.remove_prefix(end + 1);
    }
    if (!group.container.empty()) group.unit.clear();
    return group;
}

Group parse_cgroup(std::string_view text) {
    Group group;
    while (!text.empty()) {
        const auto end = text.find('\n');
        const std::string_view line = text.substr(0, end);
        const auto first = line.find(':');
        const auto second = line.find(':', first + 1);
        if (first != std::string_view::npos && second != std::string_view::npos) {
            const auto controllers = line.substr(first + 1, second - first - 1);
            // v2 has no controllers' names; v1 keeps systemd's tree under name=systemd.
            if (controllers.empty() || controllers == "name=systemd")
                group = group_of_path(line.substr(second + 1));
            if (!group.unit.empty() || !group.container.empty()) break;
        }
        if (end == std::string_view::npos) break;
        text.remove_prefix(end + 1);
    }
    return group;
}

std::string_view workload_of(std::string_view pod) {
    constexpr std::size_t random_letters = 5;
    const auto is_random = [](std::string_view part) {
        return part.size() == random_letters && is_of(part, pod_alphabet);
    };
    const auto is_hash = [](std::string_view part) {
        return part.size() >= 6 && part.size() <= 10 && is_of(part, pod_alphabet);
    };
    const auto is_number = [](std::string_view part) {
        return part.size() <= 5 && is_of(part, "0123456789");
    };
    const auto is_time = [](std::string_view part) {  // a CronJob's, in minutes
        return part.size() == 8 && is_of(part, "0123456789");
    };
    if (take_off(pod, is_random)) {
        if (!take_off(pod, is_time)) take_off(pod, is_hash);
    } else {
        take_off(pod, is_number);
    }
    return pod;
}

std::string container_name(const Group& group, std::string_view node_name,
                           config::ContainerNames how) {
    if (how == config::ContainerNames::id || node_name.empty()) return group.container;
    const bool by_workload = how == config::ContainerNames::workload && group.kubernetes;
    return model::printable(by_workload ? workload_of(node_name) : node_name);
}

std::string program_name(std::string_view comm, const std::vector<std::string>& arguments) {
    constexpr std::string_view nobodys_name = "MainThread";
    if (comm != nobodys_name || arguments.empty()) return model::printable(comm);
    const bool has_script = arguments.size() > 1 && !arguments[1].empty() && arguments[1][0] != '-';
    return model::printable(base_name(arguments[has_script ? 1 : 0]));
}

}  // namespace wiregap::kernel
