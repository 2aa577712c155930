// SPDX-License-Identifier: Apache-2.0
// Why bytes are held, and by whom.
#include "exporters/rows.h"

namespace wiregap::exporters {
namespace {

using enum MetricKind;

constexpr bool held_known(const Known& k) { return k.held || k.held_rwnd; }
constexpr bool held_all_known(const Known& k) { return k.held; }
constexpr bool chrono_known(const Known& k) { return k.held_rwnd; }

void by_reason(Sink& sink, const Known& known, const std::array<double, model::reasons>& sums) {
    for (std::size_t i = 0; i < sums.size(); ++i) {
        const auto reason = static_cast<model::Reason>(i);
        if (known.held || reason == model::Reason::rwnd) number(sink, sums[i], {to_string(reason)});
    }
}

double sum(const std::array<double, model::reasons>& parts) {
    double total = 0;
    for (const double part : parts) total += part;
    return total;
}

// clang-format off
constexpr MetricRow held_table[] = {
    service_row("wiregap_held_seconds_total", counter, {"reason"},
        "Time during which connections had bytes that could not be sent, by why; all connections added up.",
        held_known, [](const Service& s, const Reading& r, Sink& sink) { by_reason(sink, r.snapshot.known, s.counters.held_seconds); }),
    service_row("wiregap_held_byte_seconds_total", counter, {"reason"},
        "The same times the bytes held; divided by transmitted bytes it is the mean wait of a byte.",
        held_all_known, [](const Service& s, const Reading& r, Sink& sink) { by_reason(sink, r.snapshot.known, s.counters.held_byte_seconds); }),
    service_row("wiregap_send_queue_byte_seconds_total", counter, {"state"},
        "Bytes in send queues times how long: notsent exact, unacked added up from the ticks.",
        held_all_known, [](const Service& s, const Reading&, Sink& sink) {
            number(sink, sum(s.counters.held_byte_seconds), {"notsent"});
            number(sink, s.counters.unacked_byte_seconds, {"unacked"});
        }),
    service_row("wiregap_zero_window_seconds_total", counter, {"side"},
        "Time during which a window was closed altogether: the peer's while bytes waited (exact), or ours (from the ticks).",
        held_all_known, [](const Service& s, const Reading&, Sink& sink) {
            number(sink, s.counters.own_zero_window_seconds, {"ours"});
            number(sink, s.counters.peer_zero_window_seconds, {"peer"});
        }),
    service_row("wiregap_sndbuf_limited_seconds_total", counter, {},
        "Time during which the send buffer was the limit, by the kernel's own chrono (tcpi_sndbuf_limited).",
        chrono_known, [](const Service& s, const Reading&, Sink& sink) { number(sink, s.counters.sndbuf_limited_seconds); }),
};
// clang-format on

}  // namespace

std::span<const MetricRow> held_rows() { return held_table; }

}  // namespace wiregap::exporters
