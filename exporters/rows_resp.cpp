// SPDX-License-Identifier: Apache-2.0
// The embedded RESP server; absent where it is off.
#include "exporters/rows.h"

namespace wiregap::exporters {
namespace {

using enum MetricKind;
using model::RespServer;

/// A row of the server: `take(server, sink)`.
template <auto take>
void of_server(const Reading& reading, Sink& sink) {
    if (reading.snapshot.resp) take(*reading.snapshot.resp, sink);
}

void stages(const RespServer& server, Sink& sink) {
    for (std::size_t i = 0; i < model::reply_stages; ++i) {
        sink.coarse_histogram({model::reply_stage_names.at(i)}, server.stages.at(i));
    }
}

void cut_off(const RespServer& server, Sink& sink) {
    for (const auto& [reason, times] : server.cut_off) number(sink, times, {reason});
}

void mismatches(const RespServer& server, Sink& sink) {
    for (std::size_t i = 0; i < model::self_check_fields.size(); ++i) {
        number(sink, server.self_check.mismatches.at(i), {model::self_check_fields.at(i)});
    }
}

// clang-format off
constexpr MetricRow resp_table[] = {
    service_row("wiregap_reply_backlog_bytes", gauge, {"source"},
        "Bytes that the application produced and no write() has accepted, by who says it.",
        always, [](const Service& s, const Reading&, Sink& sink) {
            for (const auto& b : s.reply_backlogs) number(sink, b.bytes, {b.source});
        }),
    service_row("wiregap_reply_backlog_connections", gauge, {"source"},
        "Connections that have such bytes.",
        always, [](const Service& s, const Reading&, Sink& sink) {
            for (const auto& b : s.reply_backlogs) number(sink, b.connections, {b.source});
        }),
    host_row("wiregap_backlog_source_up", gauge, {"source"},
        "1 if who knows reply backlogs answered at the last tick.",
        [](const Reading& r, Sink& sink) {
            for (const auto& b : r.snapshot.backlog_sources) number(sink, b.up ? 1 : 0, {b.name});
        }),
    host_row("wiregap_backlog_source_poll_seconds", gauge, {"source"},
        "How long asking it took.",
        [](const Reading& r, Sink& sink) {
            for (const auto& b : r.snapshot.backlog_sources) number(sink, b.poll_seconds, {b.name});
        }),
    host_row("wiregap_backlog_source_unmatched_connections", gauge, {"source"},
        "Connections with a backlog that were not found in the kernel, or are not observed.",
        [](const Reading& r, Sink& sink) {
            for (const auto& b : r.snapshot.backlog_sources) number(sink, b.unmatched_connections, {b.name});
        }),
    host_row("wiregap_selfcheck_comparisons_total", counter, {},
        "Sockets of the embedded server whose figures were compared with what the socket itself says.",
        of_server<[](const RespServer& s, Sink& sink) { number(sink, s.self_check.comparisons); }>),
    host_row("wiregap_selfcheck_mismatches_total", counter, {"field"},
        "Figures that differed in such a comparison; anything but 0 is a fault of wiregap.",
        of_server<mismatches>),
    host_row("wiregap_reply_stage_seconds", histogram, {"stage"},
        "Way of the embedded server's replies (one in many is followed): until written (backlog), until transmitted (send_queue), until acknowledged (in_flight).",
        of_server<stages>),
    host_row("wiregap_resp_clients", gauge, {},
        "Clients of the embedded RESP server.",
        of_server<[](const RespServer& s, Sink& sink) { number(sink, s.clients); }>),
    host_row("wiregap_resp_connections_total", counter, {},
        "Connections that the embedded RESP server accepted.",
        of_server<[](const RespServer& s, Sink& sink) { number(sink, s.connections); }>),
    host_row("wiregap_resp_rejected_connections_total", counter, {},
        "Connections that it refused: too many clients, or no descriptor left.",
        of_server<[](const RespServer& s, Sink& sink) { number(sink, s.rejected); }>),
    host_row("wiregap_resp_cut_off_total", counter, {"reason"},
        "Clients that it cut off, by the limit that they broke, because they spoke HTTP, or were told to go (killed).",
        of_server<cut_off>),
    host_row("wiregap_resp_wrong_passwords_total", counter, {},
        "Wrong passwords that clients said; no more than 10 a second are looked at.",
        of_server<[](const RespServer& s, Sink& sink) { number(sink, s.wrong_passwords); }>),
    host_row("wiregap_resp_commands_total", counter, {},
        "Commands that it executed.",
        of_server<[](const RespServer& s, Sink& sink) { number(sink, s.commands); }>),
    host_row("wiregap_resp_keyspace_bytes", gauge, {},
        "Memory of its keys and values.",
        of_server<[](const RespServer& s, Sink& sink) { number(sink, s.keyspace_bytes); }>),
    host_row("wiregap_resp_memory_bytes", gauge, {},
        "Memory of all that clients can make grow: requests, replies, keys, subscriptions, connections.",
        of_server<[](const RespServer& s, Sink& sink) { number(sink, s.memory_bytes); }>),
    host_row("wiregap_resp_memory_limit_bytes", gauge, {},
        "Its bound, resp.memory_bytes; at it the largest clients are cut off.",
        of_server<[](const RespServer& s, Sink& sink) { number(sink, s.memory_limit_bytes); }>),
    host_row("wiregap_resp_turn_seconds", histogram, {},
        "Work of the RESP server between two looks at the tick and signals: they wait no longer.",
        of_server<[](const RespServer& s, Sink& sink) { sink.coarse_histogram({}, s.turns); }>),
    host_row("wiregap_resp_follow_lost_total", counter, {},
        "Replies that were to be followed and whose time stamps did not come.",
        of_server<[](const RespServer& s, Sink& sink) { number(sink, s.followed_lost); }>),
};
// clang-format on

}  // namespace

std::span<const MetricRow> resp_rows() { return resp_table; }

}  // namespace wiregap::exporters
