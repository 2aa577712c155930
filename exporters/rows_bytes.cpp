// SPDX-License-Identifier: Apache-2.0
#include "exporters/rows.h"

namespace wiregap::exporters {
namespace {

using enum MetricKind;

// clang-format off
constexpr MetricRow bytes_table[] = {
    service_row("wiregap_written_bytes_total", counter, {},
        "Payload bytes that write() and its like accepted. Minus transmitted: what waits as notsent.",
        bytes_known, [](const Service& s, const Reading&, Sink& sink) { number(sink, s.counters.written_bytes); }),
    service_row("wiregap_transmitted_bytes_total", counter, {},
        "Payload bytes sent for the first time.",
        bytes_known, [](const Service& s, const Reading&, Sink& sink) { number(sink, s.counters.transmitted_bytes); }),
    service_row("wiregap_acked_bytes_total", counter, {},
        "Payload bytes that the peer acknowledged.",
        bytes_known, [](const Service& s, const Reading&, Sink& sink) { number(sink, s.counters.acked_bytes); }),
    service_row("wiregap_retransmitted_bytes_total", counter, {},
        "Payload bytes sent again.",
        retransmits_known, [](const Service& s, const Reading&, Sink& sink) { number(sink, s.counters.retransmitted_bytes); }),
};
// clang-format on

}  // namespace

std::span<const MetricRow> bytes_rows() { return bytes_table; }

}  // namespace wiregap::exporters
