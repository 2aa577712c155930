// SPDX-License-Identifier: Apache-2.0
// Usage: wiregap_metrics_reference > deploy/metrics.md
// Prints the reference of all metrics, as Markdown, from the tables of daemon/view.
// lint.metrics_reference compares it with the file.
#include <iostream>
#include <string>
#include <string_view>

#include "daemon/view/tables.h"

namespace {

using wiregap::view::FieldInfo;
using wiregap::view::MetricKind;
using wiregap::view::Schema;

constexpr std::string_view introduction = R"(# Metrics

Made from the tables of `daemon/view` by `build/release/bin/wiregap_metrics_reference`; do not edit.

Base units throughout: seconds, bytes, ratios from 0 to 1. What a back end can't know is absent, never zero; such
metrics have a *b* in the last column. Counters survive the sockets that they counted. Histograms are cumulative
buckets in seconds, so they add up over services and hosts before a quantile is taken:

    histogram_quantile(0.99, sum by (le, service) (rate(wiregap_write_to_transmit_seconds_bucket[5m])))

`wiregap_write_to_transmit_seconds` has 26 x `metrics.buckets_per_octave` + 5 series for each service, the other
histograms 30 or 31; services are at most `limits.max_services`. No label holds a client, a process number or a remote port; except in
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

void add_label(std::string& all, std::string_view label) {
    if (!all.empty()) all += ", ";
    all += '`' + std::string(label) + '`';
}

/// Fields of one metric stand one behind the other; the first speaks for them.
void print_metrics(const Schema& schema, bool with_labels) {
    std::string_view last;
    for (const FieldInfo& field : schema.fields) {
        const wiregap::view::Metric& metric = field.metric;
        if (metric.name.empty() || metric.name == last) continue;
        last = metric.name;
        std::string labels;
        for (const std::string_view label : schema.labels)
            if (with_labels) add_label(labels, label);
        for (const std::string_view label : metric.labels)
            if (!label.empty()) add_label(labels, label);
        std::cout << "| `" << metric.name << "` | " << kind_name(metric.kind) << " | " << labels
                  << " | " << (metric.help.empty() ? field.help : metric.help) << " | "
                  << (field.known != nullptr ? "b" : "") << " |\n";
    }
}

}  // namespace

int main() {
    std::cout << introduction;
    const Schema* const of_services = &wiregap::view::service_table();
    std::cout << service_heading << table_heading;
    print_metrics(*of_services, false);
    std::cout << host_heading << table_heading;
    for (const Schema* schema : wiregap::view::schemas())
        if (schema != of_services) print_metrics(*schema, true);
    return std::cout.flush() ? 0 : 1;
}
