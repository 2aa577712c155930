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
    {text("verdict", "One word for the connection."), get<&Connection::judgement, &Judgement::verdict>},
    {text("locus", "Whose problem that is: peer, network, host, app or none."),
     [](const Connection& c, const Known&, Sink& sink) { give(sink, {}, locus_of(c.judgement.verdict)); }},
    {seconds("verdict_seconds", "For how long it has had this verdict."),
     get<&Connection::judgement, &Judgement::since_seconds>},
    {byte_seconds("held_byte_seconds", "Held bytes times how long, since it began to hold."),
     get<&Connection::judgement, &Judgement::held_byte_seconds>},
    {text("evidence.basis", "What the verdict rests on: held_time, the kernel's chrono, or the state alone."),
     get<&Connection::judgement, &Judgement::basis>},
    {seconds("evidence.seconds", "Length of the interval; 0: seen for the first time."), proof<&Interval::seconds>},
    {bytes("evidence.written_bytes", "Written in it."), proof<&Interval::written_bytes>},
    {bytes("evidence.transmitted_bytes", "Sent for the first time in it."), proof<&Interval::transmitted_bytes>},
    {bytes("evidence.acked_bytes", "Acknowledged in it."), proof<&Interval::acked_bytes>},
    {bytes("evidence.retransmitted_bytes", "Sent again in it."), proof<&Interval::retransmitted_bytes>},
    {seconds("evidence.rwnd_limited_seconds", "The peer's window was the limit, by the kernel's chrono."),
     proof<&Interval::rwnd_limited_seconds>},
    {seconds("evidence.sndbuf_limited_seconds", "The send buffer was the limit, by the kernel's chrono."),
     proof<&Interval::sndbuf_limited_seconds>},
    {seconds("evidence.seconds_without_ack", "Bytes are queued, and for so long none has been acknowledged."),
     proof<&Interval::seconds_without_ack>},
    {seconds("evidence.egress_wait_seconds", "Wait between qdisc and driver, by its length and rate.").if_known(knows<&Known::held>),
     proof<&Interval::egress_wait_seconds>},
    {bytes("evidence.notsent_bytes", "Not sent at its end."), proof<&Interval::notsent_bytes>},
    {bytes("evidence.unacked_bytes", "Not acknowledged at its end."), proof<&Interval::unacked_bytes>},
    {bytes("evidence.cwnd_bytes", "Congestion window at its end."), proof<&Interval::cwnd_bytes>},
    {bytes("evidence.rwnd_bytes", "The peer's window at its end."), proof<&Interval::rwnd_bytes>},
    {flag("evidence.peer_zero_window", "It was closed."), proof<&Interval::peer_zero_window>},
    {flag("evidence.own_zero_window", "Ours was closed.").if_known(knows<&Known::held>),
     proof<&Interval::own_zero_window>},
    {flag("evidence.in_recovery", "In loss recovery at its end."), proof<&Interval::in_recovery>},
    {flag("evidence.writer_waits", "A writer waited for room at its end.").if_known(knows<&Known::held>),
     proof<&Interval::writer_waits>},
    {seconds("evidence.held_seconds.*", "Time by reason in which bytes could not be sent; those that held anything.").if_known(knows<&Known::held>),
     held_seconds},
    {bytes("evidence.reply_backlog_bytes", "Reply backlog at its end; absent: nobody says it, and the verdict can't be app_late."),
     proof<&Interval::reply_backlog_bytes>},
    };
}
// clang-format on

}  // namespace wiregap::view
