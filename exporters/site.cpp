// SPDX-License-Identifier: Apache-2.0
#include "exporters/site.h"

#include <time.h>

#include <string_view>
#include <utility>

#include "exporters/gzip.h"
#include "exporters/json_api.h"
#include "exporters/landing_page.h"
#include "exporters/peer.h"
#include "exporters/readiness.h"

namespace wiregap::exporters {

struct Site::Route {
    std::string_view path;
    bool this_host_only;
    bool needs_snapshot;
    Response (Site::*answer)(const Request&);
};

namespace {

constexpr const char* not_yet = "the kernel has not been read yet; try again after one tick";

std::uint64_t monotonic_ns() {
    timespec now{};
    clock_gettime(CLOCK_MONOTONIC, &now);
    return static_cast<std::uint64_t>(now.tv_sec) * 1'000'000'000U +
           static_cast<std::uint64_t>(now.tv_nsec);
}

Response json_response(unsigned status, std::string body) {
    return {status, "application/json", std::make_shared<const std::string>(std::move(body)), {}};
}

bool is_from_this_host(const Request& request) {
    return request.loopback_peer && !request.proxied && is_numeric_or_localhost(request.host);
}

}  // namespace

const Site::Route* Site::find_route(const std::string& path) {
    static constexpr Route routes[] = {
        {"/", false, false, &Site::landing},
        {"/metrics", false, true, &Site::metrics},
        {"/-/healthy", false, false, &Site::healthy},
        {"/-/ready", false, false, &Site::ready},
        {"/api/v1/services", true, true, &Site::services},
        {"/api/v1/connections", true, true, &Site::connections},
        {"/api/v1/explain", true, true, &Site::explain},
        {"/api/v1/self", true, true, &Site::self},
    };
    for (const Route& route : routes) {
        if (route.path == path) return &route;
    }
    return nullptr;
}

Site::Site(const SnapshotHolder& snapshots, const view::Build& build, unsigned buckets_per_octave)
    : snapshots_(snapshots), build_(build), collectable_(snapshots, build, buckets_per_octave) {}

Response Site::answer(const Request& request) {
    const Route* const route = find_route(request.path);
    if (route == nullptr) return text_response(404, "no such page; / lists what there is");
    if (request.method != "GET" && request.method != "HEAD") {
        Response response = text_response(405, "only GET and HEAD are answered here");
        response.headers.emplace_back("Allow", "GET, HEAD");
        return response;
    }
    if (route->this_host_only && !request.authenticated && !is_from_this_host(request)) {
        return text_response(403,
                             "connection detail is for this host, without a proxy in between, and "
                             "for users; ask http://127.0.0.1 from it, or set web.config_file");
    }
    if (route->needs_snapshot && !snapshots_.latest()) return text_response(503, not_yet);
    try {
        return (this->*route->answer)(request);
    } catch (const BadQuery& error) {
        return json_response(400, error_json(error.what()));
    }
}

Response Site::metrics(const Request& request) {
    const model::SnapshotPtr snapshot = snapshots_.latest();
    if (!page_.text || page_.sequence != snapshot->sequence) {
        auto text =
            std::make_shared<const std::string>(to_text(collectable_.collect_from(*snapshot)));
        page_ = {snapshot->sequence, std::move(text), nullptr};
    }
    Response response{200, "text/plain; version=0.0.4; charset=utf-8", page_.text, {}};
    response.headers.emplace_back("Vary", "Accept-Encoding");
    if (accepts_gzip(request.accept_encoding)) {
        if (!page_.gzipped) page_.gzipped = std::make_shared<const std::string>(gzip(*page_.text));
        response.body = page_.gzipped;
        response.headers.emplace_back("Content-Encoding", "gzip");
    }
    return response;
}

Response Site::healthy(const Request&) { return text_response(200, "healthy: wiregapd serves"); }

Response Site::ready(const Request&) {
    const model::SnapshotPtr snapshot = snapshots_.latest();
    const Readiness state = readiness(snapshot.get(), monotonic_ns());
    return text_response(state.ready ? 200 : 503, state.line);
}

Response Site::landing(const Request&) {
    const model::SnapshotPtr snapshot = snapshots_.latest();
    return {200,
            "text/html; charset=utf-8",
            std::make_shared<const std::string>(landing_page(snapshot.get(), build_.version)),
            {}};
}

Response Site::services(const Request& request) {
    const Filter filter = parse_filter(request.query, LimitAllowed::no);
    return json_response(200, services_json(*snapshots_.latest(), filter));
}

Response Site::connections(const Request& request) {
    const Filter filter = parse_filter(request.query, LimitAllowed::yes);
    return json_response(200, connections_json(*snapshots_.latest(), filter));
}

Response Site::explain(const Request& request) {
    return json_response(200, explain_json(*snapshots_.latest(), parse_what(request.query)));
}

Response Site::self(const Request&) {
    const model::SnapshotPtr snapshot = snapshots_.latest();
    const view::ProcessStats process = view::read_process_stats();
    return json_response(200, self_json({*snapshot, process, build_}));
}

}  // namespace wiregap::exporters
