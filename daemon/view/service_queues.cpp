// SPDX-License-Identifier: Apache-2.0
// What stands in the queues and buffers now: of all of a service's connections.
#include "daemon/model/service_sums.h"
#include "daemon/view/tables.h"
#include "daemon/view/take.h"

namespace wiregap::view {
namespace {

using model::Service;
using model::ServiceCounters;
using model::ServiceGauges;

constexpr Metric send_queue{
    .name = "wiregap_send_queue_bytes",
    .kind = MetricKind::gauge,
    .labels = {"state"},
    .help =
        "Payload bytes in send queues: not transmitted yet (notsent), or transmitted and not "
        "acknowledged (unacked)."};

}  // namespace

// clang-format off
ServiceFields service_queues() {
    constexpr Predicate egress = knows<&Known::held>;
    constexpr Predicate accept = knows<&Known::accept_queue>;
    return {
    {bytes("notsent_bytes", "Payload bytes that write() accepted and TCP has not transmitted.").of(send_queue),
     [](const Service& s, const Known&, Sink& sink) { give(sink, {"notsent"}, s.gauges.notsent_bytes); }},
    {bytes("unacked_bytes", "Payload bytes transmitted and not acknowledged, including those in this host's egress queue.").of(send_queue),
     [](const Service& s, const Known&, Sink& sink) { give(sink, {"unacked"}, s.gauges.unacked_bytes); }},
    {bytes("held_bytes", "Bytes waiting on this host: reply backlog, where it is known, plus notsent."),
     [](const Service& s, const Known&, Sink& sink) { give(sink, {}, held_bytes(s)); }},
    {seconds("oldest_notsent_seconds", "How long the oldest notsent byte has waited, among writes that were seen; 0 if none waits.")
     .gauge("wiregap_oldest_notsent_seconds").if_known(knows<&Known::departures>),
     [](const Service& s, const Known&, Sink& sink) { give(sink, {}, seconds_of_ns(s.gauges.oldest_notsent_ns)); }},
    {bytes("send_buffer_used_bytes", "Memory that send queues use, including the kernel's overhead (truesize).").gauge("wiregap_send_buffer_used_bytes"),
     get<&Service::gauges, &ServiceGauges::send_buffer_used_bytes>},
    {bytes("send_buffer_limit_bytes", "Memory that send queues may use (sk_sndbuf, truesize).").gauge("wiregap_send_buffer_limit_bytes"),
     get<&Service::gauges, &ServiceGauges::send_buffer_limit_bytes>},
    {ratio("send_buffer_fill_ratio_max", "Memory used divided by its limit, for the connection with the fullest send buffer; can exceed 1.")
     .gauge("wiregap_send_buffer_fill_ratio_max"),
     get<&Service::gauges, &ServiceGauges::send_buffer_fill_ratio_max>},
    {bytes("egress_payload_bytes", "Payload bytes in this host's qdisc and driver, a part of unacked; estimated from the memory they take.")
     .gauge("wiregap_egress_payload_bytes").if_known(egress),
     get<&Service::gauges, &ServiceGauges::egress_payload_bytes>},
    {bytes("egress_queue_bytes", "Memory of the segments in this host's qdisc and driver, including overhead (truesize, sk_wmem_alloc).")
     .gauge("wiregap_egress_queue_bytes").if_known(egress),
     get<&Service::gauges, &ServiceGauges::egress_queue_bytes>},
    {bytes("receive_queue_bytes", "Bytes received that the local application has not read.").gauge("wiregap_receive_queue_bytes"),
     get<&Service::gauges, &ServiceGauges::receive_queue_bytes>},
    {count("accept_queue.length", "Established connections waiting for accept().").gauge("wiregap_accept_queue_length").if_known(accept),
     get<&Service::gauges, &ServiceGauges::accept_queue_length>},
    {count("accept_queue.limit", "Connections that may wait for accept(): the smaller of the listen() backlog and net.core.somaxconn.")
     .gauge("wiregap_accept_queue_limit").if_known(accept),
     get<&Service::gauges, &ServiceGauges::accept_queue_limit>},
    {ratio("accept_queue.fill_ratio_max", "Length divided by limit, for the fullest accept queue; at 1 that listener turns connections away.")
     .gauge("wiregap_accept_queue_fill_ratio_max").if_known(accept),
     get<&Service::gauges, &ServiceGauges::accept_queue_fill_ratio_max>},
    {count("accept_queue.overflows", "Connection attempts dropped because the accept queue was full (ListenOverflows, given to the listener that dropped).")
     .counter("wiregap_accept_overflows_total").if_known(accept),
     get<&Service::counters, &ServiceCounters::accept_overflows>},
    {count("listener_drops.*", "Segments that the listener dropped though its accept queue had room, by cause: its SYN queue was full, the client had reset the half-open connection, or another.")
     .counter("wiregap_listener_drops_total", {"cause"}).if_known(accept),
     each<model::ListenerDrop, &Service::counters, &ServiceCounters::listener_drops>},
    {bytes("reply_backlog_bytes", "Bytes that the application produced and no write() has accepted; absent if no source reports them."),
     [](const Service& s, const Known&, Sink& sink) { give(sink, {}, model::reply_backlog_bytes(s)); }},
    {bytes("reply_backlogs.*.bytes", "Bytes that the application produced and no write() has accepted, by the source that reports them.")
     .gauge("wiregap_reply_backlog_bytes", {"source"}),
     [](const Service& s, const Known&, Sink& sink) {
         for (const model::ReplyBacklog& b : s.reply_backlogs) give(sink, {b.source}, b.bytes);
     }},
    {count("reply_backlogs.*.connections", "Connections with a reply backlog, by the source that reports it.").gauge("wiregap_reply_backlog_connections", {"source"}),
     [](const Service& s, const Known&, Sink& sink) {
         for (const model::ReplyBacklog& b : s.reply_backlogs) give(sink, {b.source}, b.connections);
     }},
    {count("reply_backlogs.*.snapshot_waiters", "Replicas with the verdict app_late whose server keeps the write stream until their snapshot is sent: the server's loop is not late.")
     .gauge("wiregap_reply_backlog_snapshot_waiters", {"source"}),
     [](const Service& s, const Known&, Sink& sink) {
         for (const model::ReplyBacklog& b : s.reply_backlogs) give(sink, {b.source}, b.snapshot_waiters);
     }},
    };
}
// clang-format on

}  // namespace wiregap::view
