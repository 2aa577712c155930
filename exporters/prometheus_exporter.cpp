// SPDX-License-Identifier: Apache-2.0
#include "exporters/prometheus_exporter.h"

#include <prometheus/check_names.h>
#include <prometheus/text_serializer.h>

#include <limits>
#include <stdexcept>
#include <utility>

#include "exporters/delay_buckets.h"
#include "exporters/text.h"

namespace wiregap::exporters {
namespace {

using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;

MetricType type_of(MetricKind kind) {
    switch (kind) {
        case MetricKind::counter:
            return MetricType::Counter;
        case MetricKind::gauge:
            return MetricType::Gauge;
        case MetricKind::histogram:
            return MetricType::Histogram;
    }
    return MetricType::Untyped;
}

std::vector<ClientMetric::Label> labels_of(const model::Service& service) {
    return {{"service", valid_utf8(service.name)},
            {"port", std::to_string(service.port)},
            {"role", std::string(to_string(service.role))}};
}

/// Appends what a row gives to its family.
class FamilySink final : public Sink {
  public:
    FamilySink(const MetricRow& row, const std::vector<std::uint64_t>& bounds_ns)
        : row_(row), bounds_ns_(bounds_ns) {
        family_.name = row.name;
        family_.help = row.help;
        family_.type = type_of(row.kind);
    }

    void value(std::initializer_list<std::string_view> labels, double value) override {
        ClientMetric& metric = add(labels);
        (row_.kind == MetricKind::counter ? metric.counter.value : metric.gauge.value) = value;
    }

    void histogram(const model::Histogram& delays, std::uint64_t zeros) override {
        fill(add({}).histogram, delays, zeros, bounds_ns_);
    }

    void coarse_histogram(std::initializer_list<std::string_view> labels,
                          const model::Histogram& delays) override {
        static const std::vector<std::uint64_t> octaves = bucket_bounds_ns(1);
        fill(add(labels).histogram, delays, 0, octaves);
    }

    /// What follows belongs to this service.
    void begin_service(const std::vector<ClientMetric::Label>& labels) { service_ = &labels; }
    MetricFamily take() { return std::move(family_); }

  private:
    static void fill(ClientMetric::Histogram& out, const model::Histogram& delays,
                     std::uint64_t zeros, const std::vector<std::uint64_t>& bounds_ns) {
        const DelayBuckets buckets = delay_buckets(delays, zeros, bounds_ns);
        out.sample_count = buckets.count;
        out.sample_sum = buckets.sum_seconds;
        out.bucket.reserve(bounds_ns.size() + 1);
        for (std::size_t i = 0; i < bounds_ns.size(); ++i) {
            out.bucket.push_back({buckets.cumulative[i], static_cast<double>(bounds_ns[i]) / 1e9});
        }
        out.bucket.push_back({buckets.count, std::numeric_limits<double>::infinity()});
    }

    ClientMetric& add(std::initializer_list<std::string_view> values) {
        ClientMetric& metric = family_.metric.emplace_back();
        if (service_ != nullptr) metric.label = *service_;
        std::size_t i = 0;
        for (const std::string_view value : values) {
            metric.label.push_back({std::string(row_.labels.at(i++)), valid_utf8(value)});
        }
        return metric;
    }

    const MetricRow& row_;
    const std::vector<std::uint64_t>& bounds_ns_;
    const std::vector<ClientMetric::Label>* service_ = nullptr;
    MetricFamily family_;
};

void check_row(const MetricRow& row) {
    const std::string name(row.name);
    const auto fail = [&](const std::string& what) {
        throw std::logic_error("metric \"" + name + "\": " + what +
                               "; correct its row in the table");
    };
    if (!prometheus::CheckMetricName(name)) fail("is no metric name");
    if (row.help.empty()) fail("has no help");
    // The serializer writes help as it is; \ and line feed would need escapes.
    if (row.help.find_first_of("\n\r\\") != std::string_view::npos)
        fail("help is not one plain line");
    if ((row.per_service == nullptr) == (row.host == nullptr)) fail("needs exactly one source");
    for (const std::string_view label : row.labels) {
        if (!label.empty() && !prometheus::CheckLabelName(std::string(label))) {
            fail("has a label that is no label name");
        }
    }
}

}  // namespace

std::vector<MetricFamily> collect(const Reading& reading, unsigned buckets_per_octave) {
    const std::vector<std::uint64_t> bounds_ns = bucket_bounds_ns(buckets_per_octave);
    const std::vector<model::Service>& services = reading.snapshot.services;
    std::vector<std::vector<ClientMetric::Label>> labels;
    labels.reserve(services.size());
    for (const model::Service& service : services) labels.push_back(labels_of(service));

    std::vector<MetricFamily> families;
    for (const MetricRow& row : metric_table()) {
        if (row.known != nullptr && !row.known(reading.snapshot.known)) continue;
        FamilySink sink(row, bounds_ns);
        if (row.host != nullptr) row.host(reading, sink);
        for (std::size_t i = 0; row.per_service != nullptr && i < services.size(); ++i) {
            sink.begin_service(labels[i]);
            row.per_service(services[i], reading, sink);
        }
        MetricFamily family = sink.take();
        if (!family.metric.empty()) families.push_back(std::move(family));
    }
    return families;
}

std::string to_text(const std::vector<MetricFamily>& families) {
    return prometheus::TextSerializer().Serialize(families);
}

std::size_t count_series(const std::vector<MetricFamily>& families) {
    std::size_t series = 0;
    for (const MetricFamily& family : families) {
        for (const ClientMetric& metric : family.metric) {
            const bool many = family.type == MetricType::Histogram;
            series += many ? metric.histogram.bucket.size() + 2 : 1;  // + _sum, _count
        }
    }
    return series;
}

std::size_t series_per_service(const model::Known& known, unsigned buckets_per_octave) {
    model::Snapshot snapshot;
    snapshot.known = known;
    const ProcessStats process;
    const Build build;
    const Reading reading{snapshot, process, build};
    const std::size_t without = count_series(collect(reading, buckets_per_octave));
    snapshot.services.resize(1);
    snapshot.services[0].verdicts.backlog_known = true;
    return count_series(collect(reading, buckets_per_octave)) - without;
}

std::size_t max_service_series(const config::Config& config) {
    const model::Known everything = model::everything_known();
    return (config.limits.max_services + std::size_t{2}) *
           series_per_service(everything, config.buckets_per_octave);
}

void check_metric_table(std::span<const MetricRow> rows) {
    for (const MetricRow& row : rows) check_row(row);
}

SnapshotCollectable::SnapshotCollectable(const SnapshotHolder& snapshots, Build build,
                                         unsigned buckets_per_octave)
    : snapshots_(snapshots), build_(std::move(build)), buckets_per_octave_(buckets_per_octave) {
    check_metric_table();
}

std::vector<MetricFamily> SnapshotCollectable::Collect() const {
    const model::SnapshotPtr snapshot = snapshots_.latest();
    return snapshot ? collect_from(*snapshot) : std::vector<MetricFamily>();
}

std::vector<MetricFamily> SnapshotCollectable::collect_from(const model::Snapshot& snapshot) const {
    const ProcessStats process = read_process_stats();
    return collect({snapshot, process, build_}, buckets_per_octave_);
}

}  // namespace wiregap::exporters
