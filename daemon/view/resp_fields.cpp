// SPDX-License-Identifier: Apache-2.0
// The embedded RESP server, and those who know reply backlogs.
#include "daemon/view/tables.h"
#include "daemon/view/take.h"

namespace wiregap::view {
namespace {

using model::BacklogSource;
using model::RespServer;
using model::SelfCheck;

template <const auto& names, auto... path>
void named(const RespServer& server, const Known&, Sink& sink) {
    const auto& values = reach<path...>(server);
    for (std::size_t i = 0; i < names.size(); ++i) give(sink, {names[i]}, values.at(i));
}

}  // namespace

// clang-format off
const Table<BacklogSource>& backlog_source_table() {
    static const Table<BacklogSource> table("backlog_sources", {"source"}, {{
    {text("source", "Who knows reply backlogs."), get<&BacklogSource::name>},
    {flag("up", "1 if the backlog source answered the last poll.").gauge("wiregap_backlog_source_up"),
     get<&BacklogSource::up>},
    {seconds("poll_seconds", "How long the last poll of the backlog source took.").gauge("wiregap_backlog_source_poll_seconds"),
     get<&BacklogSource::poll_seconds>},
    {count("unmatched_connections", "Connections with a backlog that were not found in the kernel, or are not observed.")
     .gauge("wiregap_backlog_source_unmatched_connections"),
     get<&BacklogSource::unmatched_connections>},
    }});
    return table;
}

const Table<RespServer>& resp_table() {
    static const Table<RespServer> table("resp", {}, {{
    {count("selfcheck.comparisons", "Sockets of the embedded server whose figures were compared with what the socket itself says.")
     .counter("wiregap_selfcheck_comparisons_total"),
     get<&RespServer::self_check, &SelfCheck::comparisons>},
    {count("selfcheck.mismatches.*", "Figures that differed in such a comparison; anything but 0 is a fault of wiregap.")
     .counter("wiregap_selfcheck_mismatches_total", {"field"}),
     named<model::self_check_fields, &RespServer::self_check, &SelfCheck::mismatches>},
    {delays("reply_stages.*", "Way of the embedded server's replies (one in many is followed): until written (backlog), until transmitted (send_queue), until acknowledged (in_flight).")
     .histogram("wiregap_reply_stage_seconds", {"stage"}),
     named<model::reply_stage_names, &RespServer::stages>},
    {count("clients", "Clients of the embedded RESP server.").gauge("wiregap_resp_clients"),
     get<&RespServer::clients>},
    {count("connections", "Connections that the embedded RESP server accepted.").counter("wiregap_resp_connections_total"),
     get<&RespServer::connections>},
    {count("rejected_connections", "Connections that it refused: too many clients, or no descriptor left.")
     .counter("wiregap_resp_rejected_connections_total"),
     get<&RespServer::rejected>},
    {count("cut_off.*", "Clients that it cut off, by the limit that they broke, because they spoke HTTP, or were told to go (killed).")
     .counter("wiregap_resp_cut_off_total", {"reason"}),
     [](const RespServer& s, const Known&, Sink& sink) {
         for (const auto& [reason, times] : s.cut_off) give(sink, {reason}, times);
     }},
    {count("wrong_passwords", "Wrong passwords that clients said; no more than 10 a second are looked at.").counter("wiregap_resp_wrong_passwords_total"),
     get<&RespServer::wrong_passwords>},
    {count("commands", "Commands that it executed.").counter("wiregap_resp_commands_total"),
     get<&RespServer::commands>},
    {bytes("keyspace_bytes", "Memory of its keys and values.").gauge("wiregap_resp_keyspace_bytes"),
     get<&RespServer::keyspace_bytes>},
    {bytes("memory_bytes", "Memory of all that clients can make grow: requests, replies, keys, subscriptions, connections.")
     .gauge("wiregap_resp_memory_bytes"),
     get<&RespServer::memory_bytes>},
    {bytes("memory_limit_bytes", "Its bound, resp.memory_bytes; at it the largest clients are cut off.").gauge("wiregap_resp_memory_limit_bytes"),
     get<&RespServer::memory_limit_bytes>},
    {delays("turns", "Work of the RESP server between two looks at the tick and signals: they wait no longer.").histogram("wiregap_resp_turn_seconds"),
     get<&RespServer::turns>},
    {count("follow_lost", "Replies that were to be followed and whose time stamps did not come.").counter("wiregap_resp_follow_lost_total"),
     get<&RespServer::followed_lost>},
    }});
    return table;
}
// clang-format on

}  // namespace wiregap::view
