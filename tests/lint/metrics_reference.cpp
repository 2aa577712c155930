// SPDX-License-Identifier: Apache-2.0
// Usage: wiregap_metrics_reference > deploy/metrics.md
// Prints the reference of all metrics, as Markdown, from the metric table. lint.metrics_reference
// compares it with the file.
#include <iostream>
#include <string>
#include <string_view>

#include "exporters/metric_table.h"

namespace {

using wiregap::exporters::metric_table;
using wiregap::exporters::MetricKind;
using wiregap::exporters::MetricRow;

constexpr std::string_view introduction = R"(# Metrics

Made from the metric table by `build/release/bin/wiregap_metrics_reference`; do not edit.

Base units throughout: seconds, bytes, ratios from 0 to 1. What a back end can't know is absent, never zero; such
metrics have a *b* in the last column. Counters survive the sockets that they counted. Histograms are cumulative
buckets in seconds, so they add up over services and hosts before a quantile is taken:

    histogram_quantile(0.99, sum by (le, service) (rate(wiregap_write_to_transmit_seconds_bucket[5m])))

A histogram has 26 x `metrics.buckets_per_octave` + 4 series for each service; services are at most
`limits.max_services`. No label holds a client, a process number or a remote port; except in
`wiregap_top_connection_held_bytes`, which has at most `verdicts.top_connections` series: none by default.
)";

constexpr std::string_view service_heading = R"(
## Per service

Each has the labels `service` (systemd unit, container or process name), `port` (the listener's, or the remote one)
and `role` (`server`: accepted connections; `client`: outgoing ones), besides its own.
)";

constexpr std::string_view host_heading = "\n## Per host\n";
constexpr std::string_view table_heading =
    "\n| metric | type | own labels | meaning | |\n|---|---|---|---|---|\n";

std::string_view kind_name(MetricKind kind) {
    switch (kind) {
        case MetricKind::counter:
            return "counter";
        case MetricKind::gauge:
            return "gauge";
        case MetricKind::histogram:
            return "histogram";
    }
    return "";
}

std::string labels_of(const MetricRow& row) {
    std::string all;
    for (const std::string_view label : row.labels) {
        if (label.empty()) continue;
        if (!all.empty()) all += ", ";
        all += '`' + std::string(label) + '`';
    }
    return all;
}

void print_table(bool per_service) {
    std::cout << (per_service ? service_heading : host_heading) << table_heading;
    for (const MetricRow& row : metric_table()) {
        if ((row.per_service != nullptr) != per_service) continue;
        std::cout << "| `" << row.name << "` | " << kind_name(row.kind) << " | " << labels_of(row)
                  << " | " << row.help << " | " << (row.known != nullptr ? "b" : "") << " |\n";
    }
}

}  // namespace

int main() {
    std::cout << introduction;
    print_table(true);
    print_table(false);
    return std::cout.flush() ? 0 : 1;
}
