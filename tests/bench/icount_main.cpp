// SPDX-License-Identifier: Apache-2.0
// wiregap_icount: what a 64-byte write costs in a VM under instruction counting
// (tests/kernel/boot.sh --icount 0), where one nanosecond of CLOCK_MONOTONIC is one instruction.
// Bare, with empty programs on the hooks of the back end, and with wiregapd. Prints "figure NAME
// VALUE" for d2.sh.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <limits>
#include <map>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "tests/bench/lib/daemon.h"
#include "tests/bench/lib/empty_programs.h"
#include "tests/bench/lib/stats.h"
#include "tests/bench/lib/workload.h"
#include "tests/support/clock.h"

namespace {

using wiregap::now_ns;
using namespace wiregap::bench;

constexpr double most_times_empty = 2.5;

/// The hooks that each write passes, by back end.
const std::map<std::string, std::vector<std::string>>& hooks_per_write() {
    static const std::map<std::string, std::vector<std::string>> table = {
        {"fentry", {"fexit:tcp_sendmsg", "fentry:__tcp_transmit_skb", "tp_btf:tcp_probe"}},
        {"tracepoint",
         {"tp_btf:sock_send_length|sys_exit", "tp_btf:net_dev_queue", "tp_btf:tcp_probe"}}};
    return table;
}

struct Options {
    DaemonFiles files;
    std::string backend = "fentry";
    std::uint64_t writes = 1000;
    unsigned runs = 24;
    unsigned attachments = 2;  ///< at least
    static constexpr unsigned most_attachments = 8;
    bool connections = false;  ///< measure those, too
};

struct Workloads {
    explicit Workloads(const Options& options) : ping_pong(options.writes) {}

    PingPong ping_pong;  ///< each write leaves at once
    Nagle nagle;         ///< each write stays behind
    Churn churn;         ///< connections that carry one write
    Unread unread;       ///< so that no two runs find the slabs alike
};

struct Cost {
    double write = 0;
    double late_write = 0;
    double connection = 0;  ///< 0: not measured
};

/// Instructions per operation, of each run.
std::vector<double> per_operation(Workload& workload, unsigned runs, Unread& unread) {
    workload.run_batch();
    std::vector<double> took;
    for (unsigned run = 0; run < runs; ++run) {
        unread.add();
        const std::uint64_t began = now_ns();
        const std::uint64_t operations = workload.run_batch();
        const std::uint64_t run_ns = now_ns() - began;
        took.push_back(static_cast<double>(run_ns) / static_cast<double>(operations));
    }
    return took;
}

/// Of a write the least run: a timer's work only adds, and so does the slab allocator where a
/// write's skb happens to be the last that fits (README.md). Of a connection the median: what the
/// kernel does for it later, another run pays.
Cost instructions(Workloads& workloads, const Options& options) {
    const auto runs_of = [&](Workload& workload) {
        return per_operation(workload, options.runs, workloads.unread);
    };
    Cost cost{.write = std::ranges::min(runs_of(workloads.ping_pong)),
              .late_write = std::ranges::min(runs_of(workloads.nagle))};
    if (options.connections) cost.connection = median(runs_of(workloads.churn));
    return cost;
}

Cost under_empty_programs(Workloads& workloads, const Options& options) {
    EmptyPrograms programs(hooks_per_write().at(options.backend));
    programs.attach();
    return instructions(workloads, options);
}

/// Its tick would share the one CPU with the workload: it is put off until after the measurement.
Cost under_wiregapd(Workloads& workloads, const Options& options) {
    Daemon daemon(options.files, {{"backend", options.backend}, {"tick_seconds", "60"}});
    daemon.start();
    std::this_thread::sleep_for(std::chrono::seconds(2));
    const Cost result = instructions(workloads, options);
    daemon.stop();
    return result;
}

using Measure = Cost(Workloads&, const Options&);

/// The least of the figures, and whether another one is within 2 % of it.
struct Least {
    double value = std::numeric_limits<double>::infinity();
    bool seen_twice = false;

    void add(double figure) {
        const double lower = std::min(value, figure);
        const bool agree = std::abs(value - figure) <= 0.02 * lower;
        seen_twice = agree || (seen_twice && lower == value);
        value = lower;
    }
};

/// Instructions that a condition adds to a write: the least of several attachments, each on
/// connections of its own and against a bare measurement right before it, until enough are done
/// and two agree.
Cost added_by(const char* name, Measure& under, const Options& options) {
    Least write;
    Least late_write;
    for (unsigned attachment = 0; attachment < Options::most_attachments; ++attachment) {
        Workloads workloads(options);
        instructions(workloads, options);
        const Cost bare = instructions(workloads, options);
        const Cost with = under(workloads, options);
        fmt::print("{}: {:.1f} instructions per write, bare {:.1f}; late {:.1f}, bare {:.1f}\n",
                   name, with.write, bare.write, with.late_write, bare.late_write);
        if (options.connections)
            fmt::print("{}: {:.0f} instructions per connection, bare {:.0f}\n", name,
                       with.connection, bare.connection);
        write.add(with.write - bare.write);
        late_write.add(with.late_write - bare.late_write);
        const bool enough = attachment + 1 >= options.attachments;
        if (enough && write.seen_twice && late_write.seen_twice) break;
    }
    return {.write = write.value, .late_write = late_write.value};
}

/// Kernels before 6.5 have no tracepoint at the end of a write. The fallback runs at the end of
/// every system call and has to find the socket: it is held against its golden figure only.
bool has_bar(const std::string& hooks) { return hooks.find("sys_exit") == std::string::npos; }

/// 1 when the bar is missed.
int report(const std::string& hooks, const Cost& by_empty, const Cost& by_wiregapd) {
    const double times_empty = by_wiregapd.write / by_empty.write;
    fmt::print("empty programs on {}: +{:.1f}, late +{:.1f}\nwiregapd: +{:.1f}, late +{:.1f}\n",
               hooks, by_empty.write, by_empty.late_write, by_wiregapd.write,
               by_wiregapd.late_write);
    fmt::print("figure added_instructions_per_write {:.0f}\n", by_wiregapd.write);
    fmt::print("figure added_instructions_per_late_write {:.0f}\n", by_wiregapd.late_write);
    if (!has_bar(hooks)) {
        fmt::print("D2 times_empty {:.2f} (syscall fallback: no bar)\n", times_empty);
        return 0;
    }
    const bool reached = by_empty.write > 0 && times_empty <= most_times_empty;
    fmt::print("D2 times_empty {:.2f} <={:g} {}\n", times_empty, most_times_empty,
               reached ? "ok" : "short");
    return reached ? 0 : 1;
}

int run(int argc, char** argv) {
    CLI::App app("Instructions per write, under instruction counting");
    Options options;
    app.add_option("--wiregapd", options.files.binary, "the daemon to measure")->required();
    app.add_option("--config", options.files.config, "the shipped config.yaml")->required();
    app.add_option("--out", options.files.work_dir, "directory for its config and log")->required();
    app.add_option("--backend", options.backend)->check(CLI::IsMember({"fentry", "tracepoint"}));
    app.add_option("--writes", options.writes, "in a run")->check(CLI::Range(2, 10'000'000));
    app.add_option("--attachments", options.attachments, "at least")
        ->check(CLI::Range(1U, Options::most_attachments));
    app.add_flag("--connections", options.connections,
                 "measure connect, send and close as well, to within 100 instructions");
    app.add_option("--runs", options.runs, "in an attachment")->check(CLI::Range(1, 1000));
    CLI11_PARSE(app, argc, argv);

    const std::string hooks = EmptyPrograms(hooks_per_write().at(options.backend)).chosen();
    const Cost by_empty = added_by("empty programs", under_empty_programs, options);
    const Cost by_wiregapd = added_by("wiregapd", under_wiregapd, options);
    return report(hooks, by_empty, by_wiregapd);
}

}  // namespace

int main(int argc, char** argv) {
    try {
        return run(argc, argv);
    } catch (const std::exception& error) {
        fmt::print(stderr, "wiregap_icount: {}\n", error.what());
        return 2;
    }
}
