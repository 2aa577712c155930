// SPDX-License-Identifier: Apache-2.0
// The routes: one request in, one answer out. No sockets.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>

#include "exporters/metrics/prometheus_exporter.h"
#include "exporters/web/http_message.h"

namespace wiregap::exporters {

/// Not thread-safe: the HTTP thread is its only user.
class Routes {
  public:
    /// `snapshots` must outlive this. Throws as check_metrics.
    Routes(const SnapshotHolder& snapshots, const view::Build& build, unsigned buckets_per_octave);

    Response answer(const Request& request);

  private:
    /// One text for all who ask: several scrapers, or one that hammers, cost one page per tick.
    struct Shared {
        std::uint64_t sequence = 0;                  ///< of the snapshot it was made of
        std::shared_ptr<const std::string> text;     ///< null before the first
        std::shared_ptr<const std::string> gzipped;  ///< null until somebody wants it
    };
    /// The text of `shared` to who asks, gzipped if he takes that.
    static Response answer_with(Shared& shared, const Request& request, std::string_view type);
    /// The same, of the latest snapshot: make(snapshot) is asked for a text where it has another's.
    template <class Make>
    Response answer_of_snapshot(Shared& shared, const Request& request, std::string_view type,
                                const Make& make);

    Response file(const Request& request);
    Response metrics(const Request& request);
    Response healthy(const Request& request);
    Response ready(const Request& request);
    Response overview(const Request& request);
    Response services(const Request& request);
    Response connections(const Request& request);
    Response explain(const Request& request);
    Response self(const Request& request);

    struct Route;
    static const Route* find_route(const std::string& path);

    const SnapshotHolder& snapshots_;
    view::Build build_;
    SnapshotCollectable collectable_;
    Shared metrics_;
    Shared overview_;
    Shared overview_without_connections_;
    std::map<std::string_view, Shared> files_;  ///< by path
};

}  // namespace wiregap::exporters
