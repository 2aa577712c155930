// SPDX-License-Identifier: Apache-2.0
// What this host allows: capabilities, lockdown, limits. Read once, passed down.
#pragma once

#include <cstdint>
#include <string>

namespace wiregap::kernel {

/// "none", "integrity", "confidentiality", or "" where the kernel has no lockdown.
std::string lockdown_mode(const std::string& path = "/sys/kernel/security/lockdown");

/// The capabilities that tracing programs need and this process lacks: "CAP_BPF and CAP_PERFMON";
/// empty if none is missing. CAP_SYS_ADMIN stands for both.
std::string missing_capabilities();

/// "1.1": of the libbpf that is linked.
std::string libbpf_version();

/// Inode of the network namespace of this process; 0 if it can't be read.
std::uint32_t own_netns_inode();

/// Why fentry and fexit programs could stop this host for good; empty where they can't. Whoever is
/// killed together with its pid namespace, whose init waits for it, ends in a deadlock with that
/// init when it gives its trampolines up, and so does whoever attaches one after it (kernel/exit.c,
/// do_exit, holds tasks_rcu_exit_srcu; mended by commit 1612160b9127, Linux 6.9, which removed it).
std::string trampoline_hazard(const std::string& symbols = "/proc/kallsyms",
                              const std::string& pid_namespace = "/proc/self/ns/pid");

/// Lifts RLIMIT_MEMLOCK where maps are charged to it (before 5.11). False if it stays limited.
bool lift_memlock_limit() noexcept;

}  // namespace wiregap::kernel
