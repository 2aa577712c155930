// SPDX-License-Identifier: Apache-2.0
#include "tests/truth/scenario.h"

#include <algorithm>

namespace wiregap::truth {

std::vector<Scenario> in_whole_runs(std::vector<Scenario> scenarios) {
    for (Scenario& scenario : scenarios) scenario.in = Scenario::In::whole_runs;
    return scenarios;
}

std::vector<Scenario> all_scenarios() {
    std::vector<Scenario> all;
    for (const auto& group : {write_scenarios(),
                              call_scenarios(),
                              cork_scenarios(),
                              held_scenarios(),
                              nagle_scenarios(),
                              queue_scenarios(),
                              reset_scenarios(),
                              fin_scenarios(),
                              loss_scenarios(),
                              sequence_scenarios(),
                              identity_scenarios(),
                              owner_scenarios(),
                              in_whole_runs(namespace_scenarios()),
                              crowd_scenarios(),
                              first_late_scenarios(),
                              reason_scenarios(),
                              wait_scenarios(),
                              listener_scenarios(),
                              qdisc_scenarios(),
                              sampled_scenarios(),
                              special_scenarios(),
                              in_whole_runs(write_call_scenarios()),
                              in_whole_runs(verdict_scenarios()),
                              in_whole_runs(verdict_qdisc_scenarios()),
                              verdict_memory_scenarios(),
                              in_whole_runs(page_scenarios()),
                              daemon_scenarios()})
        all.insert(all.end(), group.begin(), group.end());
    std::stable_partition(all.begin(), all.end(), [](const Scenario& scenario) {
        return scenario.needs == Scenario::Needs::shared_daemon;
    });
    return all;
}

}  // namespace wiregap::truth
