// SPDX-License-Identifier: Apache-2.0
#include <string>

#include "exporters/rows.h"

namespace wiregap::exporters {
namespace {

using enum MetricKind;

/// All verdicts, at 0 too; app_late only where a backlog source makes it possible.
template <class Values>
void by_verdict(Sink& sink, const Service& service, const Values& values) {
    for (std::size_t i = 0; i < values.size(); ++i) {
        const auto verdict = static_cast<model::Verdict>(i);
        if (verdict == model::Verdict::app_late && !service.verdicts.backlog_known) continue;
        number(sink, values[i], {to_string(verdict), to_string(locus_of(verdict))});
    }
}

void worst_connections(const Reading& reading, Sink& sink) {
    const model::Snapshot& snapshot = reading.snapshot;
    for (std::size_t i = 0; i < snapshot.worst_with_series; ++i) {
        const model::Connection& c = snapshot.connections.at(snapshot.worst.at(i));
        number(sink, c.notsent_bytes + c.reply_backlog_bytes.value_or(0),
               {std::to_string(i + 1), c.service, to_string(c.local), to_string(c.peer),
                to_string(c.judgement.verdict)});
    }
}

// clang-format off
constexpr MetricRow verdicts_table[] = {
    service_row("wiregap_verdict_seconds_total", counter, {"verdict", "locus"},
        "Connection-seconds by verdict, and whose problem it was: peer, network, host, app or none.",
        always, [](const Service& s, const Reading&, Sink& sink) { by_verdict(sink, s, s.verdicts.seconds); }),
    service_row("wiregap_connections_by_verdict", gauge, {"verdict", "locus"},
        "Connections by verdict, and whose problem it is: peer, network, host, app or none.",
        always, [](const Service& s, const Reading&, Sink& sink) { by_verdict(sink, s, s.verdicts.connections); }),
    host_row("wiregap_top_connection_held_bytes", gauge, {"rank", "service", "local", "peer", "verdict"},
        "Bytes not sent and not written of the connections that hold most byte-seconds, worst first; as many as verdicts.top_connections says.",
        worst_connections),
};
// clang-format on

}  // namespace

std::span<const MetricRow> verdicts_rows() { return verdicts_table; }

}  // namespace wiregap::exporters
