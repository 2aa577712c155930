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
    {text("source", "A source of reply backlogs."), get<&BacklogSource::name>},
    {flag("up", "1 if the backlog source answered the last poll.").gauge("wiregap_backlog_source_up"),
     get<&BacklogSource::up>},
    {seconds("poll_seconds", "Time that the last poll of the backlog source took.").gauge("wiregap_backlog_source_poll_seconds"),
     get<&BacklogSource::poll_seconds>},
    {count("unmatched_connections", "Connections with a reply backlog that belong to no observed service.")
     .gauge("wiregap_backlog_source_unmatched_connections"),
     get<&BacklogSource::unmatched_connections>},
    {count("cut_off_clients", "Clients that the server has cut off because a reply went beyond its output-buffer limit; absent if it does not count them.")
     .counter("wiregap_backlog_source_cut_off_clients_total"),
     get<&BacklogSource::cut_off>},
    }});
    return table;
}

const Table<RespServer>& resp_table() {
    static const Table<RespServer> table("resp", {}, {{
    {count("selfcheck.comparisons", "Sockets of the embedded server whose values were compared with what the socket itself reports.")
     .counter("wiregap_selfcheck_comparisons_total"),
     get<&RespServer::self_check, &SelfCheck::comparisons>},
    {count("selfcheck.mismatches.*", "Values that differed in a self-check, by field; anything but 0 is a bug in wiregap.")
     .counter("wiregap_selfcheck_mismatches_total", {"field"}),
     named<model::self_check_fields, &RespServer::self_check, &SelfCheck::mismatches>},
    {delays("reply_stages.*", "Time that sampled replies of the embedded server waited for write() (backlog), for transmission (send_queue) and for the ACK (in_flight).")
     .histogram("wiregap_reply_stage_seconds", {"stage"}),
     named<model::reply_stage_names, &RespServer::stages>},
    {count("clients", "Clients connected to the embedded RESP server.").gauge("wiregap_resp_clients"),
     get<&RespServer::clients>},
    {count("connections", "Connections that the embedded RESP server accepted.").counter("wiregap_resp_connections_total"),
     get<&RespServer::connections>},
    {count("rejected_connections", "Connections that the embedded RESP server refused: too many clients, or no file descriptor left.")
     .counter("wiregap_resp_rejected_connections_total"),
     get<&RespServer::rejected>},
    {count("cut_off.*", "Clients that the embedded RESP server cut off, by reason: the limit they exceeded, http, or killed (by CLIENT KILL).")
     .counter("wiregap_resp_cut_off_total", {"reason"}),
     [](const RespServer& s, const Known&, Sink& sink) {
         for (const auto& [reason, times] : s.cut_off) give(sink, {reason}, times);
     }},
    {count("wrong_passwords", "Wrong passwords that RESP clients sent; the server checks no more than 10 a second.").counter("wiregap_resp_wrong_passwords_total"),
     get<&RespServer::wrong_passwords>},
    {count("commands", "Commands that the embedded RESP server executed.").counter("wiregap_resp_commands_total"),
     get<&RespServer::commands>},
    {bytes("keyspace_bytes", "Memory of the embedded RESP server's keys and values.").gauge("wiregap_resp_keyspace_bytes"),
     get<&RespServer::keyspace_bytes>},
    {bytes("memory_bytes", "Memory of everything that RESP clients can make grow: requests, replies, keys, subscriptions, connections.")
     .gauge("wiregap_resp_memory_bytes"),
     get<&RespServer::memory_bytes>},
    {bytes("memory_limit_bytes", "Limit of the memory that RESP clients can make grow (resp.memory_bytes); at the limit, the largest clients are cut off.").gauge("wiregap_resp_memory_limit_bytes"),
     get<&RespServer::memory_limit_bytes>},
    {delays("turns", "Time that the RESP server works before it returns to ticks and signals, which never wait longer.").histogram("wiregap_resp_turn_seconds"),
     get<&RespServer::turns>},
    {count("follow_lost", "Replies of the embedded server chosen to be followed whose timestamps never arrived.").counter("wiregap_resp_follow_lost_total"),
     get<&RespServer::followed_lost>},
    }});
    return table;
}
// clang-format on

}  // namespace wiregap::view
