// SPDX-License-Identifier: Apache-2.0
#include "daemon/cli/doctor/host_facts.h"

#include <cap-ng.h>
#include <sys/resource.h>

#include <array>
#include <cstdio>
#include <fstream>
#include <sstream>

namespace wiregap::cli {
namespace {

namespace fs = std::filesystem;

std::optional<std::string> first_line(const fs::path& path) {
    std::ifstream file(path);
    std::string line;
    if (!std::getline(file, line)) return std::nullopt;
    return line;
}

std::optional<int> number_in(const fs::path& path) {
    std::ifstream file(path);
    int value = 0;
    if (!(file >> value)) return std::nullopt;
    return value;
}

Readable readable(const fs::path& path) {
    std::error_code ignored;
    if (!fs::exists(path, ignored)) return Readable::absent;
    return std::ifstream(path).get() == std::ifstream::traits_type::eof() ? Readable::no
                                                                          : Readable::yes;
}

/// The word in brackets: "none [integrity] confidentiality".
std::optional<std::string> lockdown_state(const fs::path& path) {
    const std::string line = first_line(path).value_or("");
    const std::size_t open = line.find('[');
    const std::size_t close = line.find(']', open == std::string::npos ? 0 : open);
    if (open == std::string::npos || close == std::string::npos) return std::nullopt;
    return line.substr(open + 1, close - open - 1);
}

/// The first user namespace maps all ids to themselves.
bool is_initial_user_namespace(const fs::path& uid_map) {
    std::istringstream line(first_line(uid_map).value_or("0 0 4294967295"));
    std::uint64_t inside = 1;
    std::uint64_t outside = 1;
    std::uint64_t count = 0;
    line >> inside >> outside >> count;
    return inside == 0 && outside == 0 && count == 4294967295U;
}

std::map<std::string, bool> effective_capabilities() {
    constexpr std::array<std::pair<const char*, unsigned>, 5> wanted{
        {{"CAP_BPF", CAP_BPF},
         {"CAP_PERFMON", CAP_PERFMON},
         {"CAP_SYS_RESOURCE", CAP_SYS_RESOURCE},
         {"CAP_NET_ADMIN", CAP_NET_ADMIN},
         {"CAP_SYS_ADMIN", CAP_SYS_ADMIN}}};
    std::map<std::string, bool> capabilities;
    if (capng_get_caps_process() != 0) return capabilities;
    for (const auto& [name, number] : wanted) {
        capabilities[name] = capng_have_capability(CAPNG_EFFECTIVE, number) == 1;
    }
    return capabilities;
}

std::optional<std::uint64_t> memlock_limit() {
    rlimit limit{};
    if (getrlimit(RLIMIT_MEMLOCK, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY) {
        return std::nullopt;
    }
    return limit.rlim_cur;
}

}  // namespace

HostFacts gather_host_facts(const KernelPaths& paths) {
    HostFacts facts;
    facts.kernel_release = first_line(paths.proc / "sys/kernel/osrelease").value_or("");
    facts.btf = readable(paths.sys / "kernel/btf/vmlinux");
    facts.lockdown = lockdown_state(paths.sys / "kernel/security/lockdown");
    facts.unprivileged_bpf_disabled =
        number_in(paths.proc / "sys/kernel/unprivileged_bpf_disabled");
    facts.bpf_jit_enable = number_in(paths.proc / "sys/net/core/bpf_jit_enable");
    facts.initial_user_namespace = is_initial_user_namespace(paths.proc / "self/uid_map");
    facts.capabilities = effective_capabilities();
    facts.memlock_bytes = memlock_limit();
    return facts;
}

bool kernel_before(const std::string& release, int major, int minor) {
    int has_major = 0;
    int has_minor = 0;
    if (std::sscanf(release.c_str(), "%d.%d", &has_major, &has_minor) != 2) return false;
    return has_major < major || (has_major == major && has_minor < minor);
}

}  // namespace wiregap::cli
