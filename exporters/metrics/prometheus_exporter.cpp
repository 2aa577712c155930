// SPDX-License-Identifier: Apache-2.0
#include "exporters/metrics/prometheus_exporter.h"

#include <prometheus/check_names.h>
#include <prometheus/text_serializer.h>

#include <limits>
#include <span>
#include <stdexcept>
#include <utility>

#include "daemon/view/delay_buckets.h"
#include "daemon/view/text.h"

namespace wiregap::exporters {
namespace {

using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;

MetricType type_of(view::MetricKind kind) {
    switch (kind) {
        case view::MetricKind::counter:
            return MetricType::Counter;
        case view::MetricKind::gauge:
            return MetricType::Gauge;
        case view::MetricKind::histogram:
            return MetricType::Histogram;
    }
    return MetricType::Untyped;
}

using Labels = std::vector<ClientMetric::Label>;

/// The labels that every metric of this thing has.
template <class Item>
Labels labels_of(const view::Table<Item>& table, const Item& item, const model::Known& known) {
    Labels labels;
    for (const std::string_view key : table.labels) {
        view::ValueSink sink(false);
        table.rows[table.at(key)].take(item, known, sink);
        labels.push_back({std::string(key), view::word_in(sink.take())});
    }
    return labels;
}

/// Bounds of buckets, in ns.
struct Bounds {
    explicit Bounds(unsigned per_octave)
        : octaves(view::bucket_bounds_ns(1)),
          octaves_zero(octaves),
          fine_zero(view::bucket_bounds_ns(per_octave)) {
        octaves_zero.insert(octaves_zero.begin(), 0);
        fine_zero.insert(fine_zero.begin(), 0);
    }
    [[nodiscard]] const std::vector<std::uint64_t>& of(view::Buckets buckets) const {
        switch (buckets) {
            case view::Buckets::octaves_zero:
                return octaves_zero;
            case view::Buckets::fine_zero:
                return fine_zero;
            case view::Buckets::octaves:
                break;
        }
        return octaves;
    }
    std::vector<std::uint64_t> octaves;
    std::vector<std::uint64_t> octaves_zero;
    std::vector<std::uint64_t> fine_zero;
};

struct Number {
    double operator()(std::uint64_t whole) const { return static_cast<double>(whole); }
    double operator()(double real) const { return real; }
    double operator()(bool flag) const { return flag ? 1 : 0; }
    template <class Other>
    double operator()(const Other&) const {
        return 0;
    }
};

/// Appends what a field gives to its family.
class FamilySink final : public view::Sink {
  public:
    FamilySink(const view::Metric& metric, const std::vector<std::uint64_t>& bounds_ns,
               MetricFamily& family)
        : metric_(metric), bounds_ns_(bounds_ns), family_(family) {}

    void put(view::Keys keys, view::Leaf leaf) override {
        if (std::holds_alternative<view::None>(leaf)) return;
        ClientMetric& metric = add(keys);
        const bool counts = metric_.kind == view::MetricKind::counter;
        (counts ? metric.counter.value : metric.gauge.value) = std::visit(Number{}, leaf);
    }

    void put_delays(view::Keys keys, const view::Delays& delays) override {
        const view::DelayBuckets buckets =
            view::delay_buckets(delays.histogram, delays.zeros, bounds_ns_);
        ClientMetric::Histogram& out = add(keys).histogram;
        out.sample_count = buckets.count;
        out.sample_sum = buckets.sum_seconds;
        out.bucket.reserve(bounds_ns_.size() + 1);
        for (std::size_t i = 0; i < bounds_ns_.size(); ++i) {
            out.bucket.push_back({buckets.cumulative[i], static_cast<double>(bounds_ns_[i]) / 1e9});
        }
        out.bucket.push_back({buckets.count, std::numeric_limits<double>::infinity()});
    }

    /// What follows belongs to the thing with these labels.
    void begin(const Labels& labels) { labels_ = &labels; }

  private:
    ClientMetric& add(view::Keys values) {
        ClientMetric& metric = family_.metric.emplace_back();
        metric.label = *labels_;
        std::size_t i = 0;
        for (const std::string_view value : values) {
            metric.label.push_back({std::string(metric_.labels.at(i++)), view::valid_utf8(value)});
        }
        return metric;
    }

    const view::Metric& metric_;
    const std::vector<std::uint64_t>& bounds_ns_;
    const Labels* labels_ = nullptr;
    MetricFamily& family_;
};

/// Families of one kind of thing, each of its metrics over all of them.
class Families {
  public:
    Families(const model::Known& known, unsigned buckets_per_octave)
        : known_(known), bounds_(buckets_per_octave) {}

    template <class Item>
    void add(const view::Table<Item>& table, std::span<const Item> items) {
        std::vector<Labels> labels;
        labels.reserve(items.size());
        for (const Item& item : items) labels.push_back(labels_of(table, item, known_));
        for (const view::Field<Item>& field : table.rows) {
            const view::Metric& metric = field.info.metric;
            if (metric.name.empty() || !is_known(field.info, known_)) continue;
            FamilySink sink(metric, bounds_.of(metric.buckets), family_of(field.info));
            for (std::size_t i = 0; i < items.size(); ++i) {
                sink.begin(labels[i]);
                field.take(items[i], known_, sink);
            }
        }
    }

    /// Those that have a value.
    std::vector<MetricFamily> take() {
        std::erase_if(families_, [](const MetricFamily& f) { return f.metric.empty(); });
        return std::move(families_);
    }

  private:
    /// Fields of one metric stand one behind the other.
    MetricFamily& family_of(const view::FieldInfo& field) {
        const view::Metric& metric = field.metric;
        if (!families_.empty() && families_.back().name == metric.name) return families_.back();
        MetricFamily& family = families_.emplace_back();
        family.name = metric.name;
        family.help = metric.help.empty() ? field.help : metric.help;
        family.type = type_of(metric.kind);
        return family;
    }

    const model::Known& known_;
    Bounds bounds_;
    std::vector<MetricFamily> families_;
};

void check_metric(const view::FieldInfo& field) {
    const view::Metric& metric = field.metric;
    const std::string name(metric.name);
    const auto fail = [&](const std::string& what) {
        throw std::logic_error("metric \"" + name + "\": " + what +
                               "; correct its row in daemon/view");
    };
    if (!prometheus::CheckMetricName(name)) fail("is no metric name");
    const std::string_view help = metric.help.empty() ? field.help : metric.help;
    if (help.empty()) fail("has no help");
    // The serializer writes help as it is; \ and line feed would need escapes.
    if (help.find_first_of("\n\r\\") != std::string_view::npos) fail("help is not one plain line");
    for (const std::string_view label : metric.labels) {
        if (!label.empty() && !prometheus::CheckLabelName(std::string(label)))
            fail("has a label that is no label name");
    }
}

}  // namespace

std::vector<MetricFamily> collect(const view::Reading& reading, unsigned buckets_per_octave) {
    const model::Snapshot& snapshot = reading.snapshot;
    Families families(snapshot.known, buckets_per_octave);
    families.add<model::Service>(view::service_table(), snapshot.services);
    families.add<view::Reading>(view::daemon_table(), {&reading, 1});
    families.add<model::ProgramRuns>(view::program_table(), snapshot.self.programs);
    families.add<model::MapFill>(view::map_table(), snapshot.self.maps);
    families.add<model::BacklogSource>(view::backlog_source_table(), snapshot.backlog_sources);
    if (snapshot.resp) families.add<model::RespServer>(view::resp_table(), {&*snapshot.resp, 1});
    return families.take();
}

std::string to_text(const std::vector<MetricFamily>& families) {
    return prometheus::TextSerializer().Serialize(families);
}

void check_metrics(const view::Schema& schema) {
    for (const view::FieldInfo& field : schema.fields) {
        if (!field.metric.name.empty()) check_metric(field);
    }
}

SnapshotCollectable::SnapshotCollectable(const SnapshotHolder& snapshots, view::Build build,
                                         unsigned buckets_per_octave)
    : snapshots_(snapshots), build_(std::move(build)), buckets_per_octave_(buckets_per_octave) {
    for (const view::Schema* schema : view::schemas()) check_metrics(*schema);
}

std::vector<MetricFamily> SnapshotCollectable::Collect() const {
    const model::SnapshotPtr snapshot = snapshots_.latest();
    return snapshot ? collect_from(*snapshot) : std::vector<MetricFamily>();
}

std::vector<MetricFamily> SnapshotCollectable::collect_from(const model::Snapshot& snapshot) const {
    const view::ProcessStats process = view::read_process_stats();
    return collect({snapshot, process, build_}, buckets_per_octave_);
}

}  // namespace wiregap::exporters
