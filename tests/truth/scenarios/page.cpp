// SPDX-License-Identifier: Apache-2.0
// /metrics and the JSON API are two views of one snapshot: while nothing moves they are equal.
#include <fmt/format.h>
#include <linux/tcp.h>

#include <array>
#include <cstdlib>
#include <limits>
#include <map>
#include <string>
#include <vector>

#include "tests/truth/expectations.h"
#include "tests/truth/link.h"
#include "tests/truth/metrics_page.h"
#include "tests/truth/scenario.h"

namespace wiregap::truth {

namespace {

/// One number under its two names.
struct Twin {
    std::string pointer;
    std::string metric;
    Labels labels{};
};

std::vector<Twin> twins() {
    std::vector<Twin> all;
    for (const char* name : {"written_bytes", "transmitted_bytes", "acked_bytes",
                             "retransmitted_bytes", "connections_opened"})
        all.push_back({fmt::format("/{}", name), fmt::format("wiregap_{}_total", name)});
    for (const char* name :
         {"send_buffer_used_bytes", "send_buffer_limit_bytes", "send_buffer_fill_ratio_max"})
        all.push_back({fmt::format("/{}", name), fmt::format("wiregap_{}", name)});
    for (const char* state : {"notsent", "unacked"})
        all.push_back(
            {fmt::format("/{}_bytes", state), "wiregap_send_queue_bytes", {{"state", state}}});
    for (const char* departure : {"at_once", "late"})
        all.push_back({fmt::format("/writes/{}", departure),
                       "wiregap_writes_total",
                       {{"departure", departure}}});
    for (const char* kind : {"partial", "would_block", "error"})
        all.push_back({fmt::format("/write_shortfalls/{}", kind),
                       "wiregap_write_shortfalls_total",
                       {{"kind", kind}}});
    for (const char* state : {"established", "close_wait"})
        all.push_back(
            {fmt::format("/connections/{}", state), "wiregap_connections", {{"state", state}}});
    for (const char* counter :
         {"connections_closed", "undelivered_bytes", "undelivered_connections"})
        for (const char* cause : {"fin", "reset_by_peer", "reset_by_us", "timeout"})
            all.push_back({fmt::format("/{}/{}", counter, cause),
                           fmt::format("wiregap_{}_total", counter),
                           {{"cause", cause}}});
    all.push_back({"/write_to_transmit/count", "wiregap_write_to_transmit_seconds_count"});
    all.push_back({"/write_to_transmit/late_sum_seconds", "wiregap_write_to_transmit_seconds_sum"});
    return all;
}

Labels with_service(Labels labels, const View& view) {
    labels["service"] = view.text("/service");
    labels["port"] = std::to_string(view.count("/port"));
    labels["role"] = view.text("/role");
    return labels;
}

void compare(Session& session, const Twin& twin, const MetricsPage& page, const View& view) {
    const auto in_json = view.number(twin.pointer);
    const auto on_page = page.value(twin.metric, with_service(twin.labels, view));
    const std::string what = fmt::format("{} of /metrics = {} of JSON", twin.metric, twin.pointer);
    if (in_json && on_page) {
        const double grace = *in_json * 1e-5;  // digits that a text form may drop from a ratio
        session.report().within(what, *on_page, *in_json - grace, *in_json + grace);
    } else if (in_json || on_page) {
        session.report().fail(what, on_page ? "a value" : "nothing",
                              in_json ? "a value" : "nothing");
    } else {
        session.expect(view, twin.pointer, 0);  // absent in both: a skip or a failure
    }
}

// Cumulative buckets that end with the count.
void check_buckets(Session& session, const MetricsPage& page, const View& view) {
    const auto count = view.number("/write_to_transmit/count");
    if (!count) return;
    std::map<double, double> by_bound;
    const std::string name = "wiregap_write_to_transmit_seconds_bucket";
    for (const Sample& bucket : page.samples(name, with_service({}, view)))
        by_bound[std::strtod(bucket.labels.at("le").c_str(), nullptr)] = bucket.value;
    double last = 0;
    bool rising = !by_bound.empty();
    for (const auto& [bound, value] : by_bound) {
        rising = rising && value >= last;
        last = value;
    }
    session.report().equal("buckets rise", rising ? 1 : 0, 1);
    session.report().within("bucket +Inf", by_bound[std::numeric_limits<double>::infinity()],
                            *count, *count);
}

// A service with something in every row: late writes, a queue, a reset, a partial write, EAGAIN.
void metrics_page(Session& session) {
    const Listener listener;
    Link reset = listener.connect();
    fill(reset.accepted.get());
    reset.connecting.reset();
    const Link link = listener.connect();
    const int writer = link.accepted.get();
    set_tcp_option(writer, TCP_CORK, 1);
    write_all(writer, 100);
    wait_until_ns(now_ns() + 2 * ms);
    set_tcp_option(writer, TCP_CORK, 0);
    fill(writer);
    SocketTruth truth;
    const auto probe = [writer] { return socket_truth(writer); };
    const Picture picture = session.standing_still(probe, truth, listener.port());
    if (session.daemon() == nullptr) return;
    const MetricsPage page(session.daemon()->metrics());
    const View view = session.service(picture, {.port = listener.port()});
    session.consistent("nothing moved", probe() == truth ? 1 : 0, 1);
    for (const Twin& twin : twins()) compare(session, twin, page, view);
    check_buckets(session, page, view);
}

}  // namespace

std::vector<Scenario> page_scenarios() {
    return {{"metrics_page", "/metrics says what the JSON says", metrics_page}};
}

}  // namespace wiregap::truth
