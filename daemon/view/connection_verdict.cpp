// SPDX-License-Identifier: Apache-2.0
// A connection's verdict, and the numbers that prove it.
#include <algorithm>

#include "daemon/view/tables.h"
#include "daemon/view/take.h"

namespace wiregap::view {
namespace {

using model::Connection;
using model::Interval;
using model::Judgement;

/// Of the interval that the verdict rests on.
template <auto member>
void proof(const Connection& c, const Known&, Sink& sink) {
    give(sink, {}, c.judgement.evidence.*member);
}

/// Reasons that held anything.
void held_seconds(const Connection& c, const Known&, Sink& sink) {
    const Interval& interval = c.judgement.evidence;
    for (std::size_t i = 0; interval.held_known && i < model::reasons; ++i) {
        const float seconds = interval.held_seconds.at(i);
        if (seconds > 0) give(sink, {to_string(static_cast<model::Reason>(i))}, seconds);
    }
    const auto& by_reason = interval.held_seconds;
    const bool held =
        std::any_of(by_reason.begin(), by_reason.end(), [](float s) { return s > 0; });
    if (interval.held_known && !held) sink.put({}, None{});
}

}  // namespace

// clang-format off
ConnectionFields connection_verdict() {
    return {
    {text("verdict", "The connection's verdict, in one word."), get<&Connection::judgement, &Judgement::verdict>},
    {text("locus", "Whose problem the verdict is: peer, network, host, app or none."),
     [](const Connection& c, const Known&, Sink& sink) { give(sink, {}, locus_of(c.judgement.verdict)); }},
    {seconds("verdict_seconds", "How long the connection has had this verdict."),
     get<&Connection::judgement, &Judgement::since_seconds>},
    {byte_seconds("held_byte_seconds", "Held bytes integrated over time, since the connection began to hold bytes."),
     get<&Connection::judgement, &Judgement::held_byte_seconds>},
    {text("evidence.basis", "What the verdict rests on: held_time, chrono (the kernel's own timers) or state (the current state alone)."),
     get<&Connection::judgement, &Judgement::basis>},
    {seconds("evidence.seconds", "Length of the interval judged; 0 if the connection was seen for the first time."), proof<&Interval::seconds>},
    {bytes("evidence.written_bytes", "Bytes written in the interval."), proof<&Interval::written_bytes>},
    {bytes("evidence.transmitted_bytes", "Bytes transmitted for the first time in the interval."), proof<&Interval::transmitted_bytes>},
    {bytes("evidence.acked_bytes", "Bytes acknowledged in the interval."), proof<&Interval::acked_bytes>},
    {bytes("evidence.retransmitted_bytes", "Bytes retransmitted in the interval."), proof<&Interval::retransmitted_bytes>},
    {seconds("evidence.rwnd_limited_seconds", "Time in which the peer's window was the limit, as the kernel counts it (tcpi_rwnd_limited)."),
     proof<&Interval::rwnd_limited_seconds>},
    {seconds("evidence.sndbuf_limited_seconds", "Time in which the send buffer was the limit, as the kernel counts it (tcpi_sndbuf_limited)."),
     proof<&Interval::sndbuf_limited_seconds>},
    {seconds("evidence.seconds_without_ack", "How long bytes have been queued without any being acknowledged."),
     proof<&Interval::seconds_without_ack>},
    {count("evidence.unanswered_probes", "Probes of the peer's closed window that were not answered; one may still be on its way."),
     proof<&Interval::unanswered_probes>},
    {seconds("evidence.seconds_without_answer", "How long such probes have not been answered."), proof<&Interval::seconds_without_answer>},
    {seconds("evidence.gives_up_seconds", "About how long until the kernel gives up; absent if it is not known or nothing is unanswered."),
     proof<&Interval::gives_up_seconds>},
    {count("evidence.recent_dropped_segments", "Segments that this host dropped on their way out; those of five seconds ago count half.").if_known(knows<&Known::host_drops>),
     [](const Connection& c, const Known&, Sink& sink) {
         const model::Segments& recent = c.judgement.evidence.recent;
         give(sink, {}, recent.dropped + recent.unresolved);
     }},
    {count("evidence.recent_resent_segments", "Segments sent again, counted in the same way.").if_known(knows<&Known::host_drops>),
     [](const Connection& c, const Known&, Sink& sink) { give(sink, {}, c.judgement.evidence.recent.resent); }},
    {seconds("evidence.egress_wait_seconds", "Wait between qdisc and driver, estimated from the bytes queued there and their rate.").if_known(knows<&Known::held>),
     proof<&Interval::egress_wait_seconds>},
    {bytes("evidence.notsent_bytes", "Notsent bytes at the end of the interval."), proof<&Interval::notsent_bytes>},
    {bytes("evidence.unacked_bytes", "Unacked bytes at the end of the interval."), proof<&Interval::unacked_bytes>},
    {bytes("evidence.cwnd_bytes", "Congestion window at the end of the interval."), proof<&Interval::cwnd_bytes>},
    {bytes("evidence.rwnd_bytes", "The peer's receive window at the end of the interval."), proof<&Interval::rwnd_bytes>},
    {flag("evidence.peer_zero_window", "The peer's receive window was closed at the end of the interval."), proof<&Interval::peer_zero_window>},
    {flag("evidence.own_zero_window", "This end's receive window was closed at the end of the interval.").if_known(knows<&Known::held>),
     proof<&Interval::own_zero_window>},
    {flag("evidence.in_recovery", "The connection was in loss recovery at the end of the interval."), proof<&Interval::in_recovery>},
    {flag("evidence.writer_waits", "A writer was waiting for room at the end of the interval.").if_known(knows<&Known::held>),
     proof<&Interval::writer_waits>},
    {seconds("evidence.held_seconds.*", "Time in which bytes could not be sent, by reason; only the reasons that held bytes.").if_known(knows<&Known::held>),
     held_seconds},
    {bytes("evidence.reply_backlog_bytes", "Reply backlog at the end of the interval; if absent, no source reports it and the verdict can't be app_late."),
     proof<&Interval::reply_backlog_bytes>},
    };
}
// clang-format on

}  // namespace wiregap::view
