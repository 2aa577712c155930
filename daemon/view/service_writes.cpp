// SPDX-License-Identifier: Apache-2.0
#include "daemon/view/delay_buckets.h"
#include "daemon/view/tables.h"
#include "daemon/view/take.h"

namespace wiregap::view {
namespace {

using model::Service;

void shortfalls(const Service& s, const Known& known, Sink& sink) {
    for (std::size_t i = 0; i < model::shortfalls; ++i) {
        const auto kind = static_cast<model::Shortfall>(i);
        const bool is_known = kind == model::Shortfall::partial ? known.partial : known.would_block;
        if (is_known) give(sink, {to_string(kind)}, s.counters.write_shortfalls.at(i));
    }
}

void late_ratio(const Service& s, const Known&, Sink& sink) {
    const auto late = static_cast<double>(s.counters.writes_late);
    const auto all = late + static_cast<double>(s.counters.writes_at_once);
    if (all > 0) give(sink, {}, late / all);
}

double late_quantile(const Service& s, double q) {
    return quantile_seconds(s.counters.write_to_transmit, 0, q);
}

}  // namespace

// clang-format off
ServiceFields service_writes() {
    constexpr Predicate departures = knows<&Known::departures>;
    return {
    {count("writes.*", "Writes whose last byte left before write() returned (at_once) or after that (late).")
     .counter("wiregap_writes_total", {"departure"}).if_known(departures),
     [](const Service& s, const Known&, Sink& sink) {
         give(sink, {"at_once"}, s.counters.writes_at_once);
         give(sink, {"late"}, s.counters.writes_late);
     }},
    {ratio("late_ratio", "Late writes divided by all writes; absent before the first write.").if_known(departures), late_ratio},
    {count("write_shortfalls.*", "Writes that accepted only a part (partial), accepted nothing for lack of room (would_block), or failed (error).")
     .counter("wiregap_write_shortfalls_total", {"kind"}).if_known(knows<&Known::partial, &Known::would_block>),
     shortfalls},
    {delays("write_to_transmit", "Time from when a write's last byte was accepted to its first transmission; 0 if it left at once.")
     .histogram("wiregap_write_to_transmit_seconds", {}, Buckets::fine_zero).if_known(departures),
     [](const Service& s, const Known&, Sink& sink) {
         sink.put_delays({}, {s.counters.write_to_transmit, s.counters.writes_at_once});
     }},
    {count("write_to_transmit.late_count", "Number of late writes.").if_known(departures),
     [](const Service& s, const Known&, Sink& sink) { give(sink, {}, s.counters.write_to_transmit.count()); }},
    {seconds("write_to_transmit.late_sum_seconds", "Sum of the delays of late writes.").if_known(departures),
     [](const Service& s, const Known&, Sink& sink) { give(sink, {}, seconds_of_ns(s.counters.write_to_transmit.sum_ns)); }},
    {seconds("write_to_transmit.late_p50_seconds", "Median delay of late writes.").if_known(departures),
     [](const Service& s, const Known&, Sink& sink) { give(sink, {}, late_quantile(s, 0.5)); }},
    {seconds("write_to_transmit.late_p90_seconds", "90th percentile of the delays of late writes.").if_known(departures),
     [](const Service& s, const Known&, Sink& sink) { give(sink, {}, late_quantile(s, 0.9)); }},
    {seconds("write_to_transmit.late_p99_seconds", "99th percentile of the delays of late writes.").if_known(departures),
     [](const Service& s, const Known&, Sink& sink) { give(sink, {}, late_quantile(s, 0.99)); }},
    };
}
// clang-format on

}  // namespace wiregap::view
