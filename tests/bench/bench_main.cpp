// SPDX-License-Identifier: Apache-2.0
// wiregap_bench: measures the bars of the hot path and of memory. tests/bench/run.sh calls it.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <exception>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "tests/bench/bars/bars.h"
#include "tests/bench/lib/sockets.h"

namespace {

using wiregap::bench::Settings;

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
    CLI::App app("Measures wiregap's performance bars; prints: name figure bar ok|short");
    Settings settings;
    std::vector<std::string> names;
    app.add_option("bars", names, "which ones (default: all)")->check(CLI::IsMember(all_names()));
    app.add_option("--wiregapd", settings.files.binary, "the daemon to measure")->required();
    app.add_option("--config", settings.files.config, "the shipped config.yaml")->required();
    app.add_option("--out", settings.out_dir, "directory for the details")->required();
    app.add_option("--seconds", settings.plan.budget_seconds, "for each of B1, B2, B3, B5 and B6")
        ->check(CLI::Range(1.0, 3600.0));
    app.add_option("--rounds", settings.plan.least_rounds, "no fewer than these, whatever it takes")
        ->check(CLI::Range(1, 10000));
    app.add_option("--condition", settings.condition, "empty and nothing test the meter itself")
        ->check(CLI::IsMember({"wiregapd", "empty", "nothing"}));
    CLI11_PARSE(app, argc, argv);

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
