// SPDX-License-Identifier: Apache-2.0
// The list of scenarios. To add one: write a function in the s_*.cpp that fits and name it in that
// file's list at the end.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "tests/truth/session.h"

namespace wiregap::truth {

struct Scenario {
    enum class Needs : std::uint8_t { shared_daemon, own_daemon };
    /// Of the VMs' runs: in each, or in the whole ones, as neither the kernel nor the back end has
    /// a part in what is new in it.
    enum class In : std::uint8_t { each_run, whole_runs };
    std::string_view name;
    std::string_view summary;
    void (*run)(Session&);
    Needs needs = Needs::shared_daemon;  ///< own_daemon: it starts and stops wiregapd itself
    In in = In::each_run;
};

std::vector<Scenario> write_scenarios();
std::vector<Scenario> call_scenarios();
std::vector<Scenario> cork_scenarios();
std::vector<Scenario> held_scenarios();
std::vector<Scenario> nagle_scenarios();
std::vector<Scenario> queue_scenarios();
std::vector<Scenario> reset_scenarios();
std::vector<Scenario> fin_scenarios();
std::vector<Scenario> loss_scenarios();
std::vector<Scenario> sequence_scenarios();
std::vector<Scenario> identity_scenarios();
std::vector<Scenario> owner_scenarios();
std::vector<Scenario> namespace_scenarios();
std::vector<Scenario> crowd_scenarios();
std::vector<Scenario> first_late_scenarios();
std::vector<Scenario> special_scenarios();
std::vector<Scenario> reason_scenarios();
std::vector<Scenario> wait_scenarios();
std::vector<Scenario> listener_scenarios();
std::vector<Scenario> qdisc_scenarios();
std::vector<Scenario> sampled_scenarios();
std::vector<Scenario> write_call_scenarios();
std::vector<Scenario> verdict_scenarios();
std::vector<Scenario> verdict_qdisc_scenarios();
std::vector<Scenario> verdict_memory_scenarios();
std::vector<Scenario> page_scenarios();
std::vector<Scenario> daemon_scenarios();
/// With real servers, which they start: only by name, as they need their programs.
std::vector<Scenario> server_scenarios();
/// A minute of what chance brings: only by name, as its length is what is asked for.
std::vector<Scenario> ledger_scenarios();

/// The same, marked as In::whole_runs.
std::vector<Scenario> in_whole_runs(std::vector<Scenario> scenarios);

/// All but server_scenarios() and ledger_scenarios(), those that share a daemon first.
std::vector<Scenario> all_scenarios();

}  // namespace wiregap::truth
