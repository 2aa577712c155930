// SPDX-License-Identifier: Apache-2.0
// The routes: one request in, one answer out. No sockets.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "exporters/http_message.h"
#include "exporters/prometheus_exporter.h"

namespace wiregap::exporters {

/// Not thread-safe: the HTTP thread is its only user.
class Site {
  public:
    /// `snapshots` must outlive this. Throws as check_metrics.
    Site(const SnapshotHolder& snapshots, const view::Build& build, unsigned buckets_per_octave);

    Response answer(const Request& request);

  private:
    /// /metrics of one snapshot: several scrapers, or one that hammers, cost one page per tick.
    struct Page {
        std::uint64_t sequence = 0;                  ///< of the snapshot
        std::shared_ptr<const std::string> text;     ///< null before the first
        std::shared_ptr<const std::string> gzipped;  ///< null until somebody wants it
    };

    Response metrics(const Request& request);
    Response healthy(const Request& request);
    Response ready(const Request& request);
    Response landing(const Request& request);
    Response services(const Request& request);
    Response connections(const Request& request);
    Response explain(const Request& request);
    Response self(const Request& request);

    struct Route;
    static const Route* find_route(const std::string& path);

    const SnapshotHolder& snapshots_;
    view::Build build_;
    SnapshotCollectable collectable_;
    Page page_;
};

}  // namespace wiregap::exporters
