// SPDX-License-Identifier: Apache-2.0
#include "exporters/rows.h"

namespace wiregap::exporters {
namespace {

using enum MetricKind;

void shortfalls(const Service& s, const Reading& reading, Sink& sink) {
    const Known& known = reading.snapshot.known;
    for (std::size_t i = 0; i < model::shortfalls; ++i) {
        const auto kind = static_cast<model::Shortfall>(i);
        const bool is_known = kind == model::Shortfall::partial ? known.partial : known.would_block;
        if (is_known) number(sink, s.counters.write_shortfalls.at(i), {to_string(kind)});
    }
}

// clang-format off
constexpr MetricRow writes_table[] = {
    service_row("wiregap_writes_total", counter, {"departure"},
        "Writes by whether the last byte left before write() returned (at_once) or after it (late).",
        departures_known, [](const Service& s, const Reading&, Sink& sink) {
            number(sink, s.counters.writes_at_once, {"at_once"});
            number(sink, s.counters.writes_late, {"late"});
        }),
    service_row("wiregap_write_shortfalls_total", counter, {"kind"},
        "Writes that took a part only (partial), nothing for want of room (would_block), or failed (error).",
        shortfalls_known, shortfalls),
    service_row("wiregap_write_to_transmit_seconds", histogram, {},
        "Time from the acceptance of a write's last byte to its first transmission; at once counts as zero.",
        departures_known, [](const Service& s, const Reading&, Sink& sink) {
            sink.histogram(s.counters.write_to_transmit, s.counters.writes_at_once);
        }),
};
// clang-format on

}  // namespace

std::span<const MetricRow> writes_rows() { return writes_table; }

}  // namespace wiregap::exporters
