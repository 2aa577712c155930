// SPDX-License-Identifier: Apache-2.0
// What this host and this process bring along that BPF programs depend on. Gathered here, judged
// in findings.h: tests judge facts that they make up.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>

namespace wiregap::cli {

/// Where the kernel's files are; tests pass a tree of their own.
struct KernelPaths {
    std::filesystem::path proc = "/proc";
    std::filesystem::path sys = "/sys";
};

enum class Readable : std::uint8_t { yes, no, absent };

struct HostFacts {
    std::string kernel_release;  ///< "6.1.0-18-amd64"; empty where unknown
    Readable btf = Readable::absent;
    std::optional<std::string> lockdown;  ///< "none", "integrity", "confidentiality"
    std::optional<int> unprivileged_bpf_disabled;
    std::optional<int> bpf_jit_enable;
    bool initial_user_namespace = true;        ///< capabilities of another one do not count for BPF
    std::map<std::string, bool> capabilities;  ///< by name, "CAP_BPF": effective in this process?
    std::optional<std::uint64_t> memlock_bytes;  ///< RLIMIT_MEMLOCK; absent: unlimited
};

/// Reads all of it; what can't be read is absent. Capabilities and the limit are this process'.
HostFacts gather_host_facts(const KernelPaths& paths);

/// Is "6.1.0-18-amd64" older than major.minor? False where the release can't be read.
bool kernel_before(const std::string& release, int major, int minor);

}  // namespace wiregap::cli
