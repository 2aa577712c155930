// SPDX-License-Identifier: Apache-2.0
// A snapshot as Prometheus metric families and as its text format 0.0.4.
#pragma once

#include <prometheus/collectable.h>
#include <prometheus/metric_family.h>

#include <cstddef>
#include <string>
#include <vector>

#include "daemon/view/tables.h"
#include "exporters/snapshot_holder.h"

namespace wiregap::exporters {

/// All families that have a value. buckets_per_octave: of histograms; 1, 2, 4 or 8.
std::vector<prometheus::MetricFamily> collect(const view::Reading& reading,
                                              unsigned buckets_per_octave);

/// Text format 0.0.4.
std::string to_text(const std::vector<prometheus::MetricFamily>& families);

/// Throws std::logic_error if a name, label or help of the fields can't stand on the page:
/// prometheus-cpp checks none of a Collectable's, and does not escape help.
void check_metrics(const view::Schema& schema);

/// For prometheus-cpp: the families of the latest snapshot, none before the first.
class SnapshotCollectable final : public prometheus::Collectable {
  public:
    /// Throws as check_metrics. `snapshots` must outlive this.
    SnapshotCollectable(const SnapshotHolder& snapshots, view::Build build,
                        unsigned buckets_per_octave);
    [[nodiscard]] std::vector<prometheus::MetricFamily> Collect() const override;
    [[nodiscard]] std::vector<prometheus::MetricFamily> collect_from(
        const model::Snapshot& snapshot) const;

  private:
    const SnapshotHolder& snapshots_;
    view::Build build_;
    unsigned buckets_per_octave_;
};

}  // namespace wiregap::exporters
