// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <string>

#include "daemon/model/explain.h"
#include "daemon/model/judge.h"
#include "daemon/model/units.h"

namespace wiregap::model {
namespace {

std::string rate(std::uint64_t value, double seconds) {
    return seconds > 0 ? human_bytes(static_cast<double>(value) / seconds) + "/s" : "nothing yet";
}

std::string percent(double ratio) { return human_percent(ratio) + " %"; }

/// "held them for 60 % of the last 1.0s"
std::string held_for(double share, const Interval& i) {
    return "held bytes for " + percent(share) + " of the last " + human_seconds(i.seconds);
}

std::string loss_of(const Interval& i) {
    if (i.retransmitted_bytes == 0) return "TCP is in loss recovery";
    return human_bytes(i.retransmitted_bytes) + " were sent again beside " +
           human_bytes(i.transmitted_bytes) + " sent for the first time";
}

std::string why_peer(const Connection& c, const Interval& i, double share) {
    if (c.judgement.verdict == Verdict::peer_stalled) {
        return "The peer's window is closed, and it has acknowledged nothing for " +
               human_seconds(i.seconds_without_ack) + ".";
    }
    const std::string acked = "it acknowledges " + rate(i.acked_bytes, i.seconds) + ".";
    if (i.peer_zero_window) return "The peer's window is closed; " + acked;
    return "The peer's window " + held_for(share, i) + "; " + acked;
}

float seconds_by(const Interval& i, Reason reason) {
    return i.held_seconds.at(static_cast<std::size_t>(reason));
}

/// What congestion control limits by: its window, or the pacing rate that it took from the path.
std::string limit_of(const Interval& i) {
    if (seconds_by(i, Reason::pacing) > seconds_by(i, Reason::cwnd)) {
        return "The rate that congestion control took from the path (" +
               human_bytes(i.pacing_rate) + "/s)";
    }
    return "The congestion window (" + human_bytes(i.cwnd_bytes) + ")";
}

std::string why_network(const Connection& c, const Interval& i, double share) {
    const std::string control = limit_of(i) + " " + held_for(share, i);
    if (c.judgement.verdict == Verdict::network_limited) {
        return control + "; hardly anything was sent again (" + human_bytes(i.retransmitted_bytes) +
               ").";
    }
    if (share > 0) return control + "; " + loss_of(i) + ".";
    return "What was sent has not been acknowledged for " + human_seconds(i.seconds_without_ack) +
           "; " + loss_of(i) + ".";
}

/// The reason with most held time: "tsq".
std::string main_reason(const Interval& i) {
    std::size_t most = 0;
    for (std::size_t r = 1; r < reasons; ++r) {
        if (i.held_seconds.at(r) > i.held_seconds.at(most)) most = r;
    }
    if (i.held_known) return std::string(to_string(static_cast<Reason>(most)));
    return i.reason ? std::string(to_string(*i.reason)) : "unknown";
}

std::string why_host(const Interval& i, double share) {
    if (share > 0) return "This host (" + main_reason(i) + ") " + held_for(share, i) + ".";
    return "Bytes wait about " + human_seconds(i.egress_wait_seconds) +
           " between the queueing discipline and the driver.";
}

std::string why_sndbuf(const Interval& i) {
    return "The writer waits for room while all " + human_bytes(i.unacked_bytes) +
           " of the queue are in flight; the congestion window would take " +
           human_bytes(i.cwnd_bytes) + ", the peer's window " + human_bytes(i.rwnd_bytes) + ".";
}

std::string why(const Connection& c) {
    const Interval& i = c.judgement.evidence;
    const HeldShares shares = held_shares(i);
    switch (c.judgement.verdict) {
        case Verdict::peer_stalled:
        case Verdict::peer_slow:
            return why_peer(c, i, shares.peer);
        case Verdict::network_lossy:
        case Verdict::network_limited:
            return why_network(c, i, shares.network);
        case Verdict::host_egress:
            return why_host(i, shares.host);
        case Verdict::coalescing:
            return "Small segments are kept back: " + main_reason(i) + " " +
                   held_for(shares.coalescing, i) + ".";
        case Verdict::sndbuf_small:
            return why_sndbuf(i);
        case Verdict::app_late:
            return "The application has " + human_bytes(i.reply_backlog_bytes.value_or(0)) +
                   " to write, and the send buffer has room.";
        case Verdict::flowing:
            return "Bytes move (" + rate(i.acked_bytes, i.seconds) +
                   " acknowledged), and nothing holds them for long.";
        case Verdict::idle:
            break;
    }
    return "Nothing waits and nothing moves.";
}

std::string held(const Connection& c) {
    const std::uint64_t all = c.notsent_bytes + c.reply_backlog_bytes.value_or(0);
    if (all == 0) return "Nothing is held on this host.";
    std::string text = human_bytes(all) + " wait on this host";
    if (c.oldest_notsent_ns) {
        text += ", the oldest unsent byte for " +
                human_seconds(static_cast<double>(*c.oldest_notsent_ns) / 1e9);
    }
    return text + ".";
}

std::string where(const Connection& c) {
    const std::string backlog =
        c.reply_backlog_bytes ? human_bytes(*c.reply_backlog_bytes) : "unknown";
    return "Reply backlog " + backlog + ", notsent " + human_bytes(c.notsent_bytes) + ", egress " +
           human_bytes(egress_payload_bytes(c)) + " of " + human_bytes(c.unacked_bytes) +
           " in flight, delivered " + human_bytes(c.acked_bytes) + "; the send buffer is " +
           (c.send_buffer_limit_bytes == 0 ? std::string("of unknown size.")
                                           : percent(static_cast<double>(c.send_buffer_used_bytes) /
                                                     c.send_buffer_limit_bytes) +
                                                 " full.");
}

std::vector<std::string> notes(const Connection& c) {
    std::vector<std::string> notes;
    if (c.judgement.basis == Basis::chrono) {
        notes.emplace_back(
            "This back end counts no held time by reason: judged from the kernel's chrono and the "
            "state at both ends of the interval.");
    }
    if (c.judgement.basis == Basis::state) {
        notes.emplace_back(
            "Seen for the first time: judged from its state; ask again in a moment.");
    }
    if (!c.reply_backlog_bytes) {
        notes.emplace_back(
            "No source knows the application's reply backlog, so app_late is never "
            "said of this connection.");
    }
    if (c.own_zero_window) {
        notes.emplace_back("This side's window is closed too: the local program does not read " +
                           human_bytes(c.receive_queue_bytes) + " that have arrived.");
    }
    return notes;
}

}  // namespace

Explanation explain_connection(const Connection& c) {
    const Advice advice = advice_for(c.judgement.verdict);
    return {.subject = "connection " + to_string(c.local) + " -> " + to_string(c.peer) + " of " +
                       c.service + ":" + std::to_string(c.service_port),
            .verdict = c.judgement.verdict,
            .held = held(c),
            .where = where(c),
            .why = why(c),
            .whose = std::string(advice.whose),
            .advice = std::string(advice.what_to_do),
            .notes = notes(c)};
}

}  // namespace wiregap::model
