// SPDX-License-Identifier: Apache-2.0
// Why bytes are held, and by whom.
#include <numeric>

#include "daemon/view/tables.h"
#include "daemon/view/take.h"

namespace wiregap::view {
namespace {

using model::Service;
using model::ServiceCounters;

void held_seconds(const Service& s, const Known& known, Sink& sink) {
    for (std::size_t i = 0; i < model::reasons; ++i) {
        const auto reason = static_cast<model::Reason>(i);
        if (known.held || reason == model::Reason::rwnd)
            give(sink, {to_string(reason)}, s.counters.held_seconds.at(i));
    }
}

void notsent_byte_seconds(const Service& s, const Known&, Sink& sink) {
    const auto& by_reason = s.counters.held_byte_seconds;
    give(sink, {"notsent"}, std::accumulate(by_reason.begin(), by_reason.end(), 0.0));
}

constexpr Metric send_queue_byte_seconds{
    .name = "wiregap_send_queue_byte_seconds_total",
    .kind = MetricKind::counter,
    .labels = {"state"},
    .help =
        "Bytes in send queues integrated over time: notsent exactly, unacked from tick to tick."};

}  // namespace

// clang-format off
ServiceFields service_held() {
    constexpr Predicate held = knows<&Known::held>;
    return {
    {seconds("held_seconds.*", "Time in which connections had bytes that could not be sent, by reason; summed over all connections.")
     .counter("wiregap_held_seconds_total", {"reason"}).if_known(knows<&Known::held, &Known::held_rwnd>),
     held_seconds},
    {byte_seconds("held_byte_seconds.*", "Bytes that could not be sent, integrated over time, by reason. Divided by transmitted bytes: the mean wait of a byte.")
     .counter("wiregap_held_byte_seconds_total", {"reason"}).if_known(held),
     each<model::Reason, &Service::counters, &ServiceCounters::held_byte_seconds>},
    {byte_seconds("notsent_byte_seconds", "Notsent bytes integrated over time, exactly.").of(send_queue_byte_seconds).if_known(held),
     notsent_byte_seconds},
    {byte_seconds("unacked_byte_seconds", "Unacked bytes integrated over time, from tick to tick.")
     .of(send_queue_byte_seconds).if_known(held),
     [](const Service& s, const Known&, Sink& sink) { give(sink, {"unacked"}, s.counters.unacked_byte_seconds); }},
    {seconds("zero_window_seconds.*", "Time in which a receive window was closed: the peer's while bytes waited (exact), or ours (from tick to tick).")
     .counter("wiregap_zero_window_seconds_total", {"side"}).if_known(held),
     [](const Service& s, const Known&, Sink& sink) {
         give(sink, {"ours"}, s.counters.own_zero_window_seconds);
         give(sink, {"peer"}, s.counters.peer_zero_window_seconds);
     }},
    {seconds("sndbuf_limited_seconds", "Time in which the send buffer was the limit, as the kernel counts it (tcpi_sndbuf_limited).")
     .counter("wiregap_sndbuf_limited_seconds_total").if_known(knows<&Known::held_rwnd>),
     get<&Service::counters, &ServiceCounters::sndbuf_limited_seconds>},
    };
}
// clang-format on

}  // namespace wiregap::view
