// SPDX-License-Identifier: Apache-2.0
// THE table of metrics: name, help, type, labels, what must be known, where the value comes from.
// A new metric is one row in the rows_*.cpp of its theme.
#pragma once

#include <array>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <string_view>

#include "daemon/model/snapshot.h"
#include "exporters/build.h"
#include "exporters/process_stats.h"

namespace wiregap::exporters {

/// Everything a row may take its value from.
struct Reading {
    const model::Snapshot& snapshot;
    const ProcessStats& process;
    const Build& build;
};

/// Takes what a row gives. `labels` are the values of the row's own labels, in their order; the
/// labels of the service are added by the sink.
class Sink {
  public:
    virtual ~Sink() = default;
    virtual void value(std::initializer_list<std::string_view> labels, double value) = 0;
    /// zeros: delays of nothing, counted beside the histogram.
    virtual void histogram(const model::Histogram& delays, std::uint64_t zeros) = 0;
    /// One bucket an octave: of the rarer kinds, whose series would else outnumber all others.
    virtual void coarse_histogram(std::initializer_list<std::string_view> labels,
                                  const model::Histogram& delays) = 0;
};

enum class MetricKind : std::uint8_t { counter, gauge, histogram };

struct MetricRow {
    std::string_view name;
    std::string_view help;  ///< one line
    MetricKind kind;
    std::array<std::string_view, 5> labels;  ///< besides those of the service; empty: none
    /// False: the back end can't know it, and the metric is absent. Null: always known.
    bool (*known)(const model::Known&);
    /// Exactly one of the two is set. A per-service row has the labels service, port and role.
    void (*per_service)(const model::Service&, const Reading&, Sink&);
    void (*host)(const Reading&, Sink&);
};

std::span<const MetricRow> metric_table();

}  // namespace wiregap::exporters
