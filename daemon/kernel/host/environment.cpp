// SPDX-License-Identifier: Apache-2.0
#include "daemon/kernel/host/environment.h"

#include <cap-ng.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>

// Older headers do not know these two (include/uapi/linux/capability.h, 5.8).
#ifndef CAP_PERFMON
#define CAP_PERFMON 38
#endif
#ifndef CAP_BPF
#define CAP_BPF 39
#endif

namespace wiregap::kernel {

std::string lockdown_mode(const std::string& path) {
    std::ifstream file(path);
    std::string line;
    if (!std::getline(file, line)) return "";
    const auto begin = line.find('[');
    const auto end = line.find(']');
    if (begin == std::string::npos || end == std::string::npos) return "";
    return line.substr(begin + 1, end - begin - 1);
}

std::string missing_capabilities() {
    capng_clear(CAPNG_SELECT_BOTH);
    if (capng_get_caps_process() != 0) return "";
    if (capng_have_capability(CAPNG_EFFECTIVE, CAP_SYS_ADMIN) != 0) return "";
    const bool bpf = capng_have_capability(CAPNG_EFFECTIVE, CAP_BPF) != 0;
    const bool perfmon = capng_have_capability(CAPNG_EFFECTIVE, CAP_PERFMON) != 0;
    if (!bpf && !perfmon) return "CAP_BPF and CAP_PERFMON";
    if (!bpf) return "CAP_BPF";
    return perfmon ? "" : "CAP_PERFMON";
}

std::uint32_t own_netns_inode() {
    struct stat info {};
    if (stat("/proc/self/ns/net", &info) != 0) return 0;
    return static_cast<std::uint32_t>(info.st_ino);
}

std::string trampoline_hazard(const std::string& symbols, const std::string& pid_namespace) {
    constexpr ino_t initial_namespace = 0xeffffffc;  // include/linux/proc_ns.h, PROC_PID_INIT_INO
    struct stat info {};
    const bool is_initial =
        stat(pid_namespace.c_str(), &info) != 0 || info.st_ino == initial_namespace;
    if (is_initial || getpid() == 1) return "";
    std::ifstream file(symbols);
    for (std::string line; std::getline(file, line);) {
        if (line.ends_with(" tasks_rcu_exit_srcu"))
            return "this kernel can hang for good when a container is killed in which fentry "
                   "programs are held by another process than its init (before Linux 6.9): run "
                   "wiregapd as the container's first process, or in the host's pid namespace";
    }
    return "";
}

bool lift_memlock_limit() noexcept {
    const rlimit unlimited{RLIM_INFINITY, RLIM_INFINITY};
    if (setrlimit(RLIMIT_MEMLOCK, &unlimited) == 0) return true;
    rlimit now{};
    return getrlimit(RLIMIT_MEMLOCK, &now) == 0 && now.rlim_cur == RLIM_INFINITY;
}

}  // namespace wiregap::kernel
