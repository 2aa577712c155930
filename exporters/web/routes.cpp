// SPDX-License-Identifier: Apache-2.0
#include "exporters/web/routes.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "daemon/util/clock.h"
#include "exporters/json/json_api.h"
#include "exporters/json/overview.h"
#include "exporters/web/gzip.h"
#include "exporters/web/page_files.h"
#include "exporters/web/peer.h"
#include "exporters/web/readiness.h"

namespace wiregap::exporters {

struct Routes::Route {
    std::string_view path;
    bool this_host_only;
    bool needs_snapshot;
    Response (Routes::*answer)(const Request&);
};

namespace {

constexpr const char* for_this_host =
    "connection detail is for this host, without a proxy in between, and for users; ask "
    "http://127.0.0.1 from it, or set web.config_file";
constexpr const char* not_yet = "the kernel has not been read yet; try again after one tick";

Response json_response(unsigned status, std::string body) {
    return {status, "application/json", std::make_shared<const std::string>(std::move(body)), {}};
}

bool is_from_this_host(const Request& request) {
    return request.loopback_peer && !request.proxied && is_numeric_or_localhost(request.host);
}

bool may_see_connections(const Request& request) {
    return request.authenticated || is_from_this_host(request);
}

const PageFile* file_at(std::string_view path) {
    const auto files = page_files();
    const auto found =
        std::find_if(files.begin(), files.end(), [&](const auto& f) { return f.path == path; });
    return found == files.end() ? nullptr : &*found;
}

}  // namespace

const Routes::Route* Routes::find_route(const std::string& path) {
    static constexpr Route routes[] = {
        {"/metrics", false, true, &Routes::metrics},
        {"/-/healthy", false, false, &Routes::healthy},
        {"/-/ready", false, false, &Routes::ready},
        {"/api/v1/overview", false, true, &Routes::overview},
        {"/api/v1/services", true, true, &Routes::services},
        {"/api/v1/connections", true, true, &Routes::connections},
        {"/api/v1/explain", true, true, &Routes::explain},
        {"/api/v1/self", true, true, &Routes::self},
    };
    for (const Route& route : routes) {
        if (route.path == path) return &route;
    }
    static constexpr Route of_the_page{"", false, false, &Routes::file};
    return file_at(path) == nullptr ? nullptr : &of_the_page;
}

Routes::Routes(const SnapshotHolder& snapshots, const view::Build& build,
               unsigned buckets_per_octave)
    : snapshots_(snapshots), build_(build), collectable_(snapshots, build, buckets_per_octave) {}

Response Routes::answer(const Request& request) {
    const Route* const route = find_route(request.path);
    if (route == nullptr)
        return text_response(404, "no such page; /metrics, /api/v1/ and / are there");
    if (request.method != "GET" && request.method != "HEAD") {
        Response response = text_response(405, "only GET and HEAD are answered here");
        response.headers.emplace_back("Allow", "GET, HEAD");
        return response;
    }
    if (route->this_host_only && !may_see_connections(request))
        return text_response(403, for_this_host);
    if (route->needs_snapshot && !snapshots_.latest()) return text_response(503, not_yet);
    try {
        return (this->*route->answer)(request);
    } catch (const BadQuery& error) {
        return json_response(400, error_json(error.what()));
    }
}

template <class Make>
Response Routes::answer_of_snapshot(Shared& shared, const Request& request, std::string_view type,
                                    const Make& make) {
    const model::SnapshotPtr snapshot = snapshots_.latest();
    if (!shared.text || shared.sequence != snapshot->sequence) {
        auto text = std::make_shared<const std::string>(make(*snapshot));
        shared = {snapshot->sequence, std::move(text), nullptr};
    }
    return answer_with(shared, request, type);
}

Response Routes::answer_with(Shared& shared, const Request& request, std::string_view type) {
    Response response{200, std::string(type), shared.text, {}};
    response.headers.emplace_back("Vary", "Accept-Encoding");
    if (accepts_gzip(request.accept_encoding)) {
        if (!shared.gzipped)
            shared.gzipped = std::make_shared<const std::string>(gzip(*shared.text));
        response.body = shared.gzipped;
        response.headers.emplace_back("Content-Encoding", "gzip");
    }
    return response;
}

Response Routes::file(const Request& request) {
    const PageFile& file = *file_at(request.path);
    Shared& shared = files_[file.path];
    if (!shared.text) shared.text = std::make_shared<const std::string>(file.bytes);
    return answer_with(shared, request, file.content_type);
}

Response Routes::metrics(const Request& request) {
    return answer_of_snapshot(
        metrics_, request, "text/plain; version=0.0.4; charset=utf-8",
        [&](const auto& snapshot) { return to_text(collectable_.collect_from(snapshot)); });
}

Response Routes::overview(const Request& request) {
    const bool all = may_see_connections(request);
    return answer_of_snapshot(all ? overview_ : overview_without_connections_, request,
                              "application/json", [&](const auto& snapshot) {
                                  return overview_json(snapshot, build_.version,
                                                       all ? "" : for_this_host);
                              });
}

Response Routes::healthy(const Request&) { return text_response(200, "healthy: wiregapd serves"); }

Response Routes::ready(const Request&) {
    const model::SnapshotPtr snapshot = snapshots_.latest();
    const Readiness state = readiness(snapshot.get(), util::clock_ns(CLOCK_MONOTONIC));
    return text_response(state.ready ? 200 : 503, state.line);
}

Response Routes::services(const Request& request) {
    const Filter filter = parse_filter(request.query, LimitAllowed::no);
    return json_response(200, services_json(*snapshots_.latest(), filter));
}

Response Routes::connections(const Request& request) {
    const Filter filter = parse_filter(request.query, LimitAllowed::yes);
    return json_response(200, connections_json(*snapshots_.latest(), filter));
}

Response Routes::explain(const Request& request) {
    return json_response(200, explain_json(*snapshots_.latest(), parse_what(request.query)));
}

Response Routes::self(const Request&) {
    const model::SnapshotPtr snapshot = snapshots_.latest();
    const view::ProcessStats process = view::read_process_stats();
    return json_response(200, self_json({*snapshot, process, build_}));
}

}  // namespace wiregap::exporters
