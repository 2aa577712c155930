// SPDX-License-Identifier: Apache-2.0
// The bars: each measures its figures and reports them against what they should reach.
#pragma once

#include <filesystem>
#include <string>

#include "tests/bench/lib/compare.h"
#include "tests/bench/lib/daemon.h"

namespace wiregap::bench {

struct Settings {
    DaemonFiles files;
    std::filesystem::path out_dir;       ///< details go to out_dir/NAME.txt
    std::string condition = "wiregapd";  ///< what is measured; "empty" and "nothing" test the meter
    Plan plan;

    [[nodiscard]] bool measures_daemon() const { return condition == "wiregapd"; }
};

void bar_hot_path(const Settings& settings);      ///< B1
void bar_cold_sockets(const Settings& settings);  ///< B2
void bar_late_writes(const Settings& settings);   ///< B3
void bar_bpftrace(const Settings& settings);      ///< B5
void bar_churn(const Settings& settings);         ///< B6
void bar_memory(const Settings& settings);        ///< B7

}  // namespace wiregap::bench
