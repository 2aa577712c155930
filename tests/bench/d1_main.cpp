// SPDX-License-Identifier: Apache-2.0
// wiregap_d1: figures that have no noise. Size of each BPF program, the instructions that the
// verifier walked (most of the time that the daemon takes to start), and program runs per write.
// Prints "figure NAME VALUE"; d1.sh holds them against a golden file.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <map>
#include <string>

#include "tests/bench/lib/daemon.h"
#include "tests/bench/lib/loaded_programs.h"
#include "tests/bench/lib/workload.h"

namespace {

using namespace wiregap::bench;

using Runs = std::map<std::string, double>;

Runs runs_until_now(const Daemon& daemon) {
    const auto self = daemon.get_fresh_json("/api/v1/self");
    Runs runs;
    for (const auto& program : self.at("programs")) {
        runs[program.at("program").get<std::string>()] = program.at("runs").get<double>();
    }
    return runs;
}

Runs runs_per_write(const Daemon& daemon, PingPong& workload) {
    const Runs before = runs_until_now(daemon);
    const auto writes = static_cast<double>(workload.run_batch());
    Runs runs = runs_until_now(daemon);
    for (auto& [program, count] : runs) count = (count - before.at(program)) / writes;
    return runs;
}

/// Other traffic of the host only adds: the least of several tries is the workload's own share.
Runs least_runs_per_write(const Daemon& daemon) {
    PingPong workload(40'000);
    Runs least = runs_per_write(daemon, workload);
    for (int repeat = 0; repeat < 9; ++repeat) {
        for (const auto& [program, runs] : runs_per_write(daemon, workload)) {
            least[program] = std::min(least.at(program), runs);
        }
    }
    return least;
}

void print_runs(const Runs& runs) {
    double sum = 0;
    for (const auto& [program, per_write] : runs) {
        if (per_write < 0.01) continue;  // not of a write: iterators, opening and closing
        fmt::print("figure runs_per_write.{} {:.2f}\n", program, per_write);
        sum += per_write;
    }
    fmt::print("figure runs_per_write {:.2f}\n", sum);
}

int run(int argc, char** argv) {
    CLI::App app("Size of wiregapd's BPF programs, and their runs per write");
    DaemonFiles files;
    app.add_option("--wiregapd", files.binary, "the daemon to measure")->required();
    app.add_option("--config", files.config, "the shipped config.yaml")->required();
    app.add_option("--out", files.work_dir, "directory for its config and log")->required();
    CLI11_PARSE(app, argc, argv);

    Daemon daemon(files, {{"tick_seconds", "0.1"}});
    daemon.start();
    for (const auto& [name, size] : loaded_programs(daemon.pid())) {
        fmt::print("figure instructions.{} {}\n", name, size.instructions);
        if (size.verified > 0) fmt::print("figure verified.{} {}\n", name, size.verified);
    }
    print_runs(least_runs_per_write(daemon));
    daemon.stop();
    return 0;
}

}  // namespace

int main(int argc, char** argv) {
    try {
        return run(argc, argv);
    } catch (const std::exception& error) {
        fmt::print(stderr, "wiregap_d1: {}\n", error.what());
        return 2;
    }
}
