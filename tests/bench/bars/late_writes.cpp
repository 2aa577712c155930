// SPDX-License-Identifier: Apache-2.0
// B3: every write stays behind, none may be missing from the count.
#include <fmt/format.h>

#include <algorithm>
#include <cstdint>

#include "tests/bench/bars/bars.h"
#include "tests/bench/lib/report.h"

namespace wiregap::bench {

namespace {

struct Counted {
    std::uint64_t at_once = 0;
    std::uint64_t late = 0;
};

/// Both roles together: the workload's client and server are this process. The server's port is one
/// that the kernel chose, so the client's service has none.
Counted counted_writes(const Daemon& daemon, std::uint16_t port) {
    const auto answer = daemon.get_fresh_json("/api/v1/services");
    std::string name;
    for (const auto& service : answer.at("services"))
        if (service.at("port") == port) name = service.at("service");
    Counted sum;
    for (const auto& service : answer.at("services")) {
        const bool is_client = service.at("role") == "client" && service.at("port") == 0;
        const bool is_ours = service.at("port") == port || is_client;
        if (service.at("service") != name || !is_ours) continue;
        sum.at_once += service.at("writes").at("at_once").get<std::uint64_t>();
        sum.late += service.at("writes").at("late").get<std::uint64_t>();
    }
    return sum;
}

std::uint64_t write_many(Nagle& workload) {
    constexpr std::uint64_t writes = 2'000'000;
    std::uint64_t made = 0;
    while (made < writes) made += workload.run_batch();
    return made;
}

/// Counted / made; a write counted twice is as wrong as one that is missing.
double completeness(double counted, double made) {
    return std::min(counted / made, 2 - counted / made);
}

void report_count(const Settings& settings, Report& report) {
    Daemon daemon(settings.files);
    daemon.start();
    Nagle workload;
    const std::uint64_t made = write_many(workload);
    const Counted counted = counted_writes(daemon, workload.port());
    daemon.stop();
    report.at_least("counted",
                    completeness(static_cast<double>(counted.at_once + counted.late),
                                 static_cast<double>(made)),
                    0.9999, 6);
    report.detail(fmt::format("writes made {}, counted at once {} + late {}", made, counted.at_once,
                              counted.late));
}

}  // namespace

void bar_late_writes(const Settings& settings) {
    Report report("B3", settings.out_dir);
    {
        Nagle workload;
        const auto watched = make_condition(settings.condition, settings.files);
        Floor floor;
        const Comparison result = compare(workload, *watched, floor, settings.plan);
        report.at_most("ratio", ratios(result.watched).median, 1.15);
        report.detail(result, "write");
    }
    if (settings.measures_daemon()) report_count(settings, report);
}

}  // namespace wiregap::bench
