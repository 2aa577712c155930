// SPDX-License-Identifier: Apache-2.0
#include "exporters/rows.h"
#include "exporters/states.h"

namespace wiregap::exporters {
namespace {

using enum MetricKind;

void by_cause(Sink& sink, const std::array<std::uint64_t, model::close_causes>& counts) {
    for (std::size_t i = 0; i < counts.size(); ++i) {
        number(sink, counts[i], {to_string(static_cast<model::CloseCause>(i))});
    }
}

void connections(const Service& s, const Reading&, Sink& sink) {
    for (const unsigned state : connection_states) {
        number(sink, s.gauges.connections.at(state), {model::tcp_state_name(state)});
    }
}

// clang-format off
constexpr MetricRow connections_table[] = {
    service_row("wiregap_connections", gauge, {"state"},
        "TCP connections by state.", always, connections),
    service_row("wiregap_connections_opened_total", counter, {},
        "Connections that were established; accepted ones at accept(), where that is seen.",
        lifecycle_known, [](const Service& s, const Reading&, Sink& sink) { number(sink, s.counters.opened); }),
    service_row("wiregap_connections_closed_total", counter, {"cause"},
        "Connections that ended, by cause.",
        lifecycle_known, [](const Service& s, const Reading&, Sink& sink) { by_cause(sink, s.counters.closed); }),
    service_row("wiregap_undelivered_bytes_total", counter, {"cause"},
        "Bytes that write() accepted and the peer had not acknowledged when the connection ended.",
        lifecycle_known, [](const Service& s, const Reading&, Sink& sink) { by_cause(sink, s.counters.undelivered_bytes); }),
    service_row("wiregap_undelivered_connections_total", counter, {"cause"},
        "Connections that ended with bytes undelivered.",
        lifecycle_known, [](const Service& s, const Reading&, Sink& sink) { by_cause(sink, s.counters.undelivered_connections); }),
};
// clang-format on

}  // namespace

std::span<const MetricRow> connections_rows() { return connections_table; }

}  // namespace wiregap::exporters
