// SPDX-License-Identifier: Apache-2.0
#include "exporters/rows.h"

namespace wiregap::exporters {
namespace {

using enum MetricKind;

constexpr bool egress_known(const Known& k) { return k.held; }
constexpr bool accept_known(const Known& k) { return k.accept_queue; }

// clang-format off
constexpr MetricRow queues_table[] = {
    service_row("wiregap_send_queue_bytes", gauge, {"state"},
        "Payload bytes in send queues: not sent yet (notsent), or sent and not acknowledged (unacked).",
        always, [](const Service& s, const Reading&, Sink& sink) {
            number(sink, s.gauges.notsent_bytes, {"notsent"});
            number(sink, s.gauges.unacked_bytes, {"unacked"});
        }),
    service_row("wiregap_send_buffer_used_bytes", gauge, {},
        "Memory that send queues take, with the kernel's overhead (truesize).",
        always, [](const Service& s, const Reading&, Sink& sink) { number(sink, s.gauges.send_buffer_used_bytes); }),
    service_row("wiregap_send_buffer_limit_bytes", gauge, {},
        "Memory that send queues may take (sk_sndbuf, truesize).",
        always, [](const Service& s, const Reading&, Sink& sink) { number(sink, s.gauges.send_buffer_limit_bytes); }),
    service_row("wiregap_send_buffer_fill_ratio_max", gauge, {},
        "Used by limit of the connection whose send buffer is fullest; can exceed 1.",
        always, [](const Service& s, const Reading&, Sink& sink) { number(sink, s.gauges.send_buffer_fill_ratio_max); }),
    service_row("wiregap_egress_queue_bytes", gauge, {},
        "Memory of segments handed to the host's queue or driver and not yet out, with overhead (truesize, sk_wmem_alloc).",
        egress_known, [](const Service& s, const Reading&, Sink& sink) { number(sink, s.gauges.egress_queue_bytes); }),
    service_row("wiregap_receive_queue_bytes", gauge, {},
        "Bytes that arrived and the local application has not read.",
        always, [](const Service& s, const Reading&, Sink& sink) { number(sink, s.gauges.receive_queue_bytes); }),
    service_row("wiregap_accept_queue_length", gauge, {},
        "Established connections that wait for accept().",
        accept_known, [](const Service& s, const Reading&, Sink& sink) { number(sink, s.gauges.accept_queue_length); }),
    service_row("wiregap_accept_queue_limit", gauge, {},
        "How many may wait: the smaller of listen()'s backlog and net.core.somaxconn.",
        accept_known, [](const Service& s, const Reading&, Sink& sink) { number(sink, s.gauges.accept_queue_limit); }),
    service_row("wiregap_accept_overflows_total", counter, {},
        "Connection attempts that the listener dropped, its accept queue being full (sk_drops).",
        accept_known, [](const Service& s, const Reading&, Sink& sink) { number(sink, s.counters.accept_overflows); }),
};
// clang-format on

}  // namespace

std::span<const MetricRow> queues_rows() { return queues_table; }

}  // namespace wiregap::exporters
