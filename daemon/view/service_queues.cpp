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
        "Payload bytes in send queues: not sent yet (notsent), or sent and not acknowledged "
        "(unacked)."};

}  // namespace

// clang-format off
ServiceFields service_queues() {
    constexpr Predicate egress = knows<&Known::held>;
    constexpr Predicate accept = knows<&Known::accept_queue>;
    return {
    {bytes("notsent_bytes", "Payload bytes written and not sent yet.").of(send_queue),
     [](const Service& s, const Known&, Sink& sink) { give(sink, {"notsent"}, s.gauges.notsent_bytes); }},
    {bytes("unacked_bytes", "Payload bytes sent and not acknowledged; those in this host's egress queue are among them.").of(send_queue),
     [](const Service& s, const Known&, Sink& sink) { give(sink, {"unacked"}, s.gauges.unacked_bytes); }},
    {bytes("held_bytes", "Bytes that wait on this host: reply backlog, where it is known, and notsent."),
     [](const Service& s, const Known&, Sink& sink) { give(sink, {}, held_bytes(s)); }},
    {seconds("oldest_notsent_seconds", "How long the oldest byte that is not sent yet has waited, of the writes that were seen; 0 if none waits.")
     .gauge("wiregap_oldest_notsent_seconds").if_known(knows<&Known::departures>),
     [](const Service& s, const Known&, Sink& sink) { give(sink, {}, seconds_of_ns(s.gauges.oldest_notsent_ns)); }},
    {bytes("send_buffer_used_bytes", "Memory that send queues take, with the kernel's overhead (truesize).").gauge("wiregap_send_buffer_used_bytes"),
     get<&Service::gauges, &ServiceGauges::send_buffer_used_bytes>},
    {bytes("send_buffer_limit_bytes", "Memory that send queues may take (sk_sndbuf, truesize).").gauge("wiregap_send_buffer_limit_bytes"),
     get<&Service::gauges, &ServiceGauges::send_buffer_limit_bytes>},
    {ratio("send_buffer_fill_ratio_max", "Used by limit of the connection whose send buffer is fullest; can exceed 1.")
     .gauge("wiregap_send_buffer_fill_ratio_max"),
     get<&Service::gauges, &ServiceGauges::send_buffer_fill_ratio_max>},
    {bytes("egress_payload_bytes", "Payload bytes handed to the host's queue or driver and not yet out, a part of unacked; from their memory, in proportion.")
     .gauge("wiregap_egress_payload_bytes").if_known(egress),
     get<&Service::gauges, &ServiceGauges::egress_payload_bytes>},
    {bytes("egress_queue_bytes", "Memory of segments handed to the host's queue or driver and not yet out, with overhead (truesize, sk_wmem_alloc).")
     .gauge("wiregap_egress_queue_bytes").if_known(egress),
     get<&Service::gauges, &ServiceGauges::egress_queue_bytes>},
    {bytes("receive_queue_bytes", "Bytes that arrived and the local application has not read.").gauge("wiregap_receive_queue_bytes"),
     get<&Service::gauges, &ServiceGauges::receive_queue_bytes>},
    {count("accept_queue.length", "Established connections that wait for accept().").gauge("wiregap_accept_queue_length").if_known(accept),
     get<&Service::gauges, &ServiceGauges::accept_queue_length>},
    {count("accept_queue.limit", "How many may wait: the smaller of listen()'s backlog and net.core.somaxconn.")
     .gauge("wiregap_accept_queue_limit").if_known(accept),
     get<&Service::gauges, &ServiceGauges::accept_queue_limit>},
    {ratio("accept_queue.fill_ratio_max", "How full the accept queue is of the listener whose queue is fullest; at 1 it turns connections away.")
     .gauge("wiregap_accept_queue_fill_ratio_max").if_known(accept),
     get<&Service::gauges, &ServiceGauges::accept_queue_fill_ratio_max>},
    {count("accept_queue.overflows", "Connection attempts that the listener dropped, its accept queue being full (sk_drops).")
     .counter("wiregap_accept_overflows_total").if_known(accept),
     get<&Service::counters, &ServiceCounters::accept_overflows>},
    {bytes("reply_backlog_bytes", "Bytes that the application produced and no write() has accepted; absent where nobody says it."),
     [](const Service& s, const Known&, Sink& sink) { give(sink, {}, model::reply_backlog_bytes(s)); }},
    {bytes("reply_backlogs.*.bytes", "Bytes that the application produced and no write() has accepted, by who says it.")
     .gauge("wiregap_reply_backlog_bytes", {"source"}),
     [](const Service& s, const Known&, Sink& sink) {
         for (const model::ReplyBacklog& b : s.reply_backlogs) give(sink, {b.source}, b.bytes);
     }},
    {count("reply_backlogs.*.connections", "Connections that have such bytes.").gauge("wiregap_reply_backlog_connections", {"source"}),
     [](const Service& s, const Known&, Sink& sink) {
         for (const model::ReplyBacklog& b : s.reply_backlogs) give(sink, {b.source}, b.connections);
     }},
    };
}
// clang-format on

}  // namespace wiregap::view
