// SPDX-License-Identifier: Apache-2.0
// The source that runs on kernel programs (back ends fentry and tracepoint).
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <unordered_map>
#include <vector>

#include "daemon/kernel/bpf/filter_check.h"
#include "daemon/kernel/bpf/maps.h"
#include "daemon/kernel/bpf/other_netns.h"
#include "daemon/kernel/bpf/programs.h"
#include "daemon/kernel/bpf/retirement.h"
#include "daemon/kernel/bpf/walks.h"
#include "daemon/kernel/host/listen_counts.h"
#include "daemon/kernel/host/owners.h"
#include "daemon/kernel/source.h"
#include "daemon/kernel/walk_budget.h"

namespace wiregap::kernel {

class BpfSource : public Source {
  public:
    /// Loads, walks over files, attaches. Throws BackendRefused.
    BpfSource(Choice choice, const config::Config& config);

    model::Sample read(std::uint64_t now_ns) override;
    [[nodiscard]] model::Self self() const override;
    void reconfigure(const config::Config& config) override;

  private:
    void walk_files(std::uint64_t now_ns);
    std::vector<wg_connection> walk_connections(std::uint64_t now_ns);
    void fill_connections(model::Sample& sample, const std::vector<wg_connection>& listed) const;
    void note_group(std::uint64_t cgroup, const model::Owner& owner);
    void forget_groups();
    void turn_over(const std::vector<ServiceEntry>& entries, const model::Sample& sample,
                   const std::map<std::uint32_t, std::uint64_t>& sockets);
    [[nodiscard]] std::vector<ServiceEntry> all_services() const;
    [[nodiscard]] std::map<std::uint32_t, model::ServiceGauges> all_gauges(
        const std::vector<ServiceEntry>& entries) const;
    void fill_delays(model::ServiceCounters& counters, std::uint32_t id) const;

    struct Process {
        std::uint32_t pid;
        std::string comm;
        std::uint16_t local_port;  // tells a socket's address that was reused
        std::uint16_t remote_port;
    };

    Choice choice_;
    model::Known known_;
    config::Limits limits_;
    Programs programs_;
    BpfMaps maps_;
    Walks walks_;
    FilterCheck filter_check_;
    WalkBudget files_budget_;
    WalkBudget connections_budget_;
    std::uint64_t owners_ns_ = 0;
    std::uint64_t files_walked_ns_ = 0;
    OwnerDirectory owners_;
    OtherNetnsConnections other_netns_;
    std::unordered_map<std::uint64_t, Process> processes_;  // by socket address
    std::map<std::uint32_t, model::ServiceGauges>
        other_netns_listeners_;  // by service, from the walk over files
    std::map<std::uint64_t, std::uint32_t> other_netns_processes_;  // one that listens, by cookie
    ListenCountsReader listen_counts_;
    std::set<std::uint64_t> whole_groups_;
    std::set<std::uint64_t> groups_now_;  // as this tick meets them
    Retirement retirement_;
    std::vector<ServiceEntry> retired_;  // their keys are gone, their ids not yet free
    std::size_t named_services_ = 0;
    std::uint64_t writes_ = 0;          // at the last tick, of the services that are known
    std::uint64_t retired_writes_ = 0;  // of those that were given up
};

}  // namespace wiregap::kernel
