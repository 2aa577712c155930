// SPDX-License-Identifier: Apache-2.0
#include "daemon/kernel/host/owners.h"

#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <system_error>

#include "daemon/model/units.h"

namespace wiregap::kernel {
namespace {

/// The host's own UTS namespace: include/linux/proc_ns.h, PROC_UTS_INIT_INO.
constexpr std::uint32_t host_uts_inode = 0xeffffffe;

template <std::size_t size>
std::string_view text_in(const char (&field)[size]) {
    return {field, strnlen(field, size)};
}

std::string host_node_name() {
    char name[WG_NODE_NAME_BYTES + 1] = {};
    return gethostname(name, sizeof name - 1) == 0 ? name : "";
}

/// Many units have a UTS namespace of their own (ProtectHostname=) and the host's name in it.
std::string_view own_node_name(const wg_description& service) {
    const std::string_view name = text_in(service.node_name);
    const bool own = service.uts_inode != 0 && service.uts_inode != host_uts_inode;
    return own && name != host_node_name() ? name : std::string_view{};
}

/// systemd's hybrid layout: v1's trees, and v2's under "unified".
bool is_v1_mixed(const std::string& cgroups) {
    constexpr long tmpfs_magic = 0x01021994;  // include/uapi/linux/magic.h
    struct statfs info {};
    return statfs(cgroups.c_str(), &info) == 0 && info.f_type == tmpfs_magic &&
           std::filesystem::is_directory(cgroups + "/unified");
}

}  // namespace

std::string OwnerDirectory::text_of(std::uint32_t pid, const char* file) const {
    std::ifstream stream(proc_ + "/" + std::to_string(pid) + "/" + file);
    return {std::istreambuf_iterator<char>(stream), {}};
}

bool OwnerDirectory::lives(const Process& process) const {
    if (process.pid == 0) return false;
    const std::string text = text_of(process.pid, "stat");
    const auto end_of_name = text.rfind(')');
    if (end_of_name == std::string::npos) return false;
    std::istringstream fields(text.substr(end_of_name + 1));
    std::string word;
    constexpr int start_after_name = 20;  // proc(5): the 22nd field, two of them before
    for (int i = 0; i < start_after_name; ++i) fields >> word;
    const auto tick_ns = 1'000'000'000 / static_cast<std::uint64_t>(sysconf(_SC_CLK_TCK));
    return word == std::to_string(process.start_ns / tick_ns);
}

/// A group's id is its directory's inode number (kernfs), in cgroup v2's tree: v1's have numbers of
/// their own.
void OwnerDirectory::read_tree() {
    namespace fs = std::filesystem;
    tree_read_ = true;
    std::error_code error;
    fs::recursive_directory_iterator at(is_v1_mixed(cgroups_) ? cgroups_ + "/unified" : cgroups_,
                                        fs::directory_options::skip_permission_denied, error);
    for (; !error && at != fs::recursive_directory_iterator(); at.increment(error)) {
        std::error_code gone;
        struct stat info {};
        if (!at->is_directory(gone) || gone || stat(at->path().c_str(), &info) != 0) continue;
        paths_[info.st_ino] = at->path().string();
    }
}

Group OwnerDirectory::of_process(const Process& process) {
    const auto [entry, fresh] = processes_.try_emplace(process);
    if (fresh && lives(process)) entry->second = parse_cgroup(text_of(process.pid, "cgroup"));
    return entry->second;
}

Group OwnerDirectory::of_group(std::uint64_t cgroup, const Process& process) {
    const auto [entry, fresh] = groups_.try_emplace(cgroup);
    if (!fresh) return entry->second;
    entry->second = of_process(process);
    if (entry->second != Group()) return entry->second;
    if (!paths_.contains(cgroup) && !tree_read_) read_tree();
    if (const auto path = paths_.find(cgroup); path != paths_.end())
        entry->second = group_of_path(path->second);
    return entry->second;
}

std::string OwnerDirectory::program_of(const Process& process, std::string_view comm) {
    const auto [entry, fresh] = programs_.try_emplace({process, std::string(comm)});
    if (!fresh && !entry->second.empty()) return entry->second;
    std::vector<std::string> arguments;
    if (lives(process)) {
        std::istringstream text(text_of(process.pid, "cmdline"));
        for (std::string one; std::getline(text, one, '\0');) arguments.push_back(one);
    }
    return entry->second = program_name(comm, arguments);
}

model::Owner OwnerDirectory::find(const wg_service_key& key, const wg_description& service) {
    const Process process{service.tgid, service.start_ns};
    const Group group = key.cgroup != 0 ? of_group(key.cgroup, process) : of_process(process);
    const std::string_view node_name = own_node_name(service);
    const bool is_guest = !group.container.empty() || (group.unit.empty() && !node_name.empty());
    const std::string_view comm = text_in(key.comm);
    return {.pid = service.tgid,
            .comm = comm.empty() ? std::string() : program_of(process, comm),
            .unit = group.unit,
            .container = is_guest ? container_name(group, node_name, how_) : std::string()};
}

model::Owner OwnerDirectory::find(std::uint32_t pid, std::string_view comm) const {
    const Group group = pid == 0 ? Group() : parse_cgroup(text_of(pid, "cgroup"));
    return {.pid = pid,
            .comm = model::printable(comm),
            .unit = group.unit,
            .container = group.container};
}

void OwnerDirectory::forget_unknown() {
    constexpr std::size_t most = 16384;
    std::erase_if(groups_, [](const auto& entry) { return entry.second == Group(); });
    if (groups_.size() > most) groups_.clear();
    std::erase_if(processes_, [](const auto& entry) { return entry.second == Group(); });
    if (processes_.size() > most) processes_.clear();
    if (programs_.size() > most) programs_.clear();
    tree_read_ = false;
}

}  // namespace wiregap::kernel
