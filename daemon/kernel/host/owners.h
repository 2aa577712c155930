// SPDX-License-Identifier: Apache-2.0
// Who owns a service, by what outlives a pid: its control group, and the start of its process.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "bpf/shared.h"
#include "daemon/kernel/host/owner_names.h"
#include "daemon/model/service.h"

namespace wiregap::kernel {

/// Reads each control group once: its id is never used again. A process is known by its pid and its
/// start, so that another one with that pid is another.
class OwnerDirectory {
  public:
    explicit OwnerDirectory(std::string proc = "/proc", std::string cgroups = "/sys/fs/cgroup")
        : proc_(std::move(proc)), cgroups_(std::move(cgroups)) {}
    void configure(config::ContainerNames how) { how_ = how; }

    /// Who owns a service, as the kernel programs saw it.
    model::Owner find(const wg_service_key& key, const wg_description& service);
    /// Who a living process is. comm: as it is shown.
    [[nodiscard]] model::Owner find(std::uint32_t pid, std::string_view comm) const;
    /// What could not be read is tried again: a walk over all processes has passed.
    void forget_unknown();

  private:
    struct Process {
        std::uint32_t pid;
        std::uint64_t start_ns;
        bool operator<(const Process& other) const {
            return std::pair(pid, start_ns) < std::pair(other.pid, other.start_ns);
        }
    };
    [[nodiscard]] bool lives(const Process& process) const;
    [[nodiscard]] std::string text_of(std::uint32_t pid, const char* file) const;
    Group of_group(std::uint64_t cgroup, const Process& process);
    Group of_process(const Process& process);
    std::string program_of(const Process& process, std::string_view comm);
    void read_tree();

    std::string proc_;
    std::string cgroups_;
    config::ContainerNames how_ = config::ContainerNames::workload;
    std::map<std::uint64_t, std::string> paths_;  // by id, as the tree was when it was read last
    bool tree_read_ = false;                      // since the last walk over processes
    std::map<std::uint64_t, Group> groups_;
    std::map<Process, Group> processes_;  // where no group tells
    std::map<std::pair<Process, std::string>, std::string>
        programs_;  // a process may change its name
};

}  // namespace wiregap::kernel
