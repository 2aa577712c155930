// SPDX-License-Identifier: Apache-2.0
// wiregap_bench: measures the bars of the hot path and of memory. tests/bench/run.sh calls it.
#include <fmt/format.h>

#include <cstdio>
#include <exception>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "daemon/arguments/arguments.h"
#include "tests/bench/bars/bars.h"
#include "tests/bench/lib/sockets.h"

namespace {

using wiregap::bench::Settings;
namespace arguments = wiregap::arguments;

using Bars = std::map<std::string, std::function<void(const Settings&)>>;

const Bars& bars() {
    using namespace wiregap::bench;
    static const Bars table = {{"B1", bar_hot_path},    {"B2", bar_cold_sockets},
                               {"B3", bar_late_writes}, {"B5", bar_bpftrace},
                               {"B6", bar_churn},       {"B7", bar_memory}};
    return table;
}

std::vector<std::string> all_names() {
    std::vector<std::string> names;
    for (const auto& [name, bar] : bars()) names.push_back(name);
    return names;
}

int run(int argc, char** argv) {
    arguments::Command program(
        "wiregap_bench", "Measures wiregap's performance bars; prints: name figure bar ok|short");
    Settings settings;
    std::vector<std::string> names;
    program.positional("BARS", arguments::texts_of(names, all_names()), "which ones (default: all)")
        .repeated();
    program.option("--wiregapd", arguments::text(settings.files.binary), "the daemon to measure")
        .required();
    program.option("--config", arguments::text(settings.files.config), "the shipped config.yaml")
        .required();
    program.option("--out", arguments::text(settings.out_dir), "directory for the details")
        .required();
    program.option("--seconds", arguments::real(settings.plan.budget_seconds, 1.0, 3600.0),
                   "for each of B1, B2, B3, B5 and B6");
    program.option("--rounds", arguments::whole(settings.plan.least_rounds, 1, 10000),
                   "no fewer than these, whatever it takes");
    program.option("--condition",
                   arguments::one_of(settings.condition, {"wiregapd", "empty", "nothing"}),
                   "empty and nothing test the meter itself");
    if (const std::string help = program.parse(argc, argv); !help.empty()) {
        fmt::print("{}", help);
        return 0;
    }

    settings.files.work_dir = settings.out_dir;
    wiregap::bench::raise_descriptor_limit();
    for (const std::string& name : names.empty() ? all_names() : names) bars().at(name)(settings);
    return 0;
}

}  // namespace

int main(int argc, char** argv) {
    try {
        return run(argc, argv);
    } catch (const std::exception& error) {
        fmt::print(stderr, "wiregap_bench: {}\n", error.what());
        return 2;
    }
}
