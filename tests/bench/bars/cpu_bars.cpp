// SPDX-License-Identifier: Apache-2.0
// B1, B2, B5 and B6: CPU time of the work with wiregapd running against without.
#include <limits>

#include "tests/bench/bars/bars.h"
#include "tests/bench/lib/bpftrace.h"
#include "tests/bench/lib/report.h"

namespace wiregap::bench {

namespace {

Comparison compare_under(const Settings& settings, Workload& workload) {
    const auto watched = make_condition(settings.condition, settings.files);
    Floor floor;
    return compare(workload, *watched, floor, settings.plan);
}

/// Against a floor that can't be told from zero, any price is infinitely too much.
double times_floor(double added_ns, double floor_ns) {
    return floor_ns > 0 ? added_ns / floor_ns : std::numeric_limits<double>::infinity();
}

}  // namespace

void bar_hot_path(const Settings& settings) {
    PingPong workload;
    const Comparison result = compare_under(settings, workload);
    Report report("B1", settings.out_dir);
    report.at_most("ratio", ratios(result.watched).median, 1.05);
    report.at_most("times_empty",
                   times_floor(added_ns(result.watched).median, added_ns(result.floor).median), 2.5,
                   2);
    report.detail(result, "write");
}

void bar_cold_sockets(const Settings& settings) {
    ColdSockets workload;
    const Comparison result = compare_under(settings, workload);
    Report report("B2", settings.out_dir);
    report.at_most("ratio", ratios(result.watched).median, 1.06);
    report.detail(result, "write");
}

void bar_bpftrace(const Settings& settings) {
    PingPong workload;
    Watched watched(settings.files);
    Bpftrace bpftrace(settings.out_dir);
    const Comparison result = compare(workload, watched, bpftrace, settings.plan);
    Report report("B5", settings.out_dir);
    report.at_most("added_of_bpftrace",
                   times_floor(added_ns(result.watched).median, added_ns(result.floor).median),
                   1.0 / 6);
    Daemon daemon(settings.files);
    daemon.start();
    report.at_most("resident_of_bpftrace", daemon.resident_bytes() / bpftrace.resident_bytes(),
                   0.25);
    daemon.stop();
    report.detail(result, "write");
}

void bar_churn(const Settings& settings) {
    Churn workload;
    const Comparison result = compare_under(settings, workload);
    Report report("B6", settings.out_dir);
    report.at_most("ratio", ratios(result.watched).median, 1.04);
    report.detail(result, "connection");
}

}  // namespace wiregap::bench
