// SPDX-License-Identifier: Apache-2.0
#include "daemon/model/verdict_table.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "daemon/model/units.h"

namespace wiregap::model {
namespace {

// When it holds.

bool mostly(const Case& c, double share) {
    return share >= c.thresholds.held_ratio && share >= largest_share(c.shares);
}

bool unanswered(const Case& c) {
    return c.interval.seconds_without_ack >= c.thresholds.stalled_seconds;
}

/// Of the probes of its closed window: one may be on its way. The same counter serves keepalives,
/// and segments that this host's queue refused.
bool is_silent(const Case& c) {
    return c.interval.peer_zero_window && c.interval.unanswered_probes >= 2;
}

bool mostly_dropped_here(const Segments& segments) {
    return segments.dropped >= 0.5 && 2 * segments.dropped >= segments.resent;
}

/// Most of what it lost was dropped by this host itself, and that is no drop in a million. TCP that
/// hears nothing sends less and less: then all since the last acknowledgement counts, and nothing
/// from before.
bool host_drops(const Case& c) {
    const Interval& i = c.interval;
    if (unanswered(c)) return mostly_dropped_here(i.since_ack);
    return mostly_dropped_here(i.recent) &&
           i.recent.dropped >= c.thresholds.retransmit_ratio * i.recent.transmitted;
}

/// The next hop does not resolve: this host drops what it cannot hand on.
bool no_next_hop(const Case& c) {
    const Interval& i = c.interval;
    return !i.silent_next_hop.empty() || (i.since_ack.unresolved >= 0.5 && unanswered(c));
}

bool lost_some(const Case& c) {
    const Interval& i = c.interval;
    if (i.in_recovery) return true;
    return i.retransmitted_bytes > 0 &&
           static_cast<double>(i.retransmitted_bytes) >=
               c.thresholds.retransmit_ratio * static_cast<double>(i.transmitted_bytes);
}

/// As sk_stream_is_writeable() has it: epoll says EPOLLOUT below two thirds.
bool has_room(const Interval& i) {
    return !i.writer_waits && std::uint64_t{i.send_buffer_used_bytes} * 3 <=
                                  std::uint64_t{i.send_buffer_limit_bytes} * 2;
}

/// At both ends: what the application writes within its turn waits for nobody.
bool keeps_backlog(const Interval& i) {
    return i.reply_backlog_bytes.value_or(0) > 0 && i.had_backlog;
}

/// The kernel has told a writer so, or a backlog waits for EPOLLOUT: a write that was taken whole
/// leaves no SOCK_NOSPACE behind, however far it went beyond the limit.
bool lacks_room(const Interval& i) { return i.writer_waits || (keeps_backlog(i) && !has_room(i)); }

/// Everything in the buffer is in flight, the writer lacks room, and both windows would take more.
bool full_of_unacked(const Interval& i) {
    const std::uint64_t next = std::uint64_t{i.unacked_bytes} + i.mss_bytes;
    return lacks_room(i) && i.unacked_bytes > 0 && i.notsent_bytes < i.mss_bytes &&
           next <= i.cwnd_bytes && next <= i.rwnd_bytes;
}

bool peer_stalled(const Case& c) {
    return c.interval.peer_zero_window && c.interval.notsent_bytes > 0 && unanswered(c) &&
           !is_silent(c);
}

bool peer_slow(const Case& c) {
    if (is_silent(c)) return false;
    return (c.interval.peer_zero_window && c.interval.notsent_bytes > 0) ||
           mostly(c, c.shares.peer);
}

bool waits_for_acks(const Case& c) {
    return mostly(c, c.shares.network) || (c.interval.unacked_bytes > 0 && unanswered(c));
}

bool network_lossy(const Case& c) {
    if (no_next_hop(c)) return true;
    return !host_drops(c) && (is_silent(c) || (lost_some(c) && waits_for_acks(c)));
}

bool network_limited(const Case& c) { return mostly(c, c.shares.network) && !host_drops(c); }

/// What this host refuses to send stays notsent.
bool waits_to_leave(const Case& c) { return c.interval.notsent_bytes > 0 && unanswered(c); }

bool host_egress(const Case& c) {
    const bool suffers = is_silent(c) || waits_for_acks(c) || waits_to_leave(c);
    return mostly(c, c.shares.host) || (host_drops(c) && suffers) ||
           c.interval.egress_wait_seconds >= c.thresholds.egress_wait_seconds;
}

bool coalescing(const Case& c) { return mostly(c, c.shares.coalescing); }

bool sndbuf_small(const Case& c) {
    const Interval& i = c.interval;
    if (i.seconds <= 0) return false;
    return i.sndbuf_limited_seconds >= c.thresholds.held_ratio * i.seconds || full_of_unacked(i);
}

bool app_late(const Case& c) { return keeps_backlog(c.interval) && has_room(c.interval); }

bool flowing(const Case& c) {
    const Interval& i = c.interval;
    return i.written_bytes > 0 || i.transmitted_bytes > 0 || i.acked_bytes > 0 ||
           i.notsent_bytes > 0 || i.unacked_bytes > 0 || i.reply_backlog_bytes.value_or(0) > 0;
}

// Why, in a sentence.

std::string rate(std::uint64_t value, double seconds) {
    return seconds > 0 ? human_bytes(static_cast<double>(value) / seconds) + "/s" : "nothing yet";
}

/// "held them for 60 % of the last 1.0s"
std::string held_for(double share, const Interval& i) {
    return "held bytes for " + human_percent(share) + " % of the last " + human_seconds(i.seconds);
}

std::string loss_of(const Interval& i) {
    if (i.retransmitted_bytes == 0) return "TCP is in loss recovery";
    return human_bytes(i.retransmitted_bytes) + " were sent again beside " +
           human_bytes(i.transmitted_bytes) + " sent for the first time";
}

float seconds_by(const Interval& i, Reason reason) {
    return i.held_seconds.at(static_cast<std::size_t>(reason));
}

/// "; the kernel gives up in about 14m"
std::string give_up_of(const Interval& i) {
    if (!i.gives_up_seconds) return "";
    return "; the kernel gives up in about " + human_seconds(*i.gives_up_seconds) +
           (i.user_timeout_ms != 0 ? " (TCP_USER_TIMEOUT)" : " (tcp_retries2)");
}

std::string segments(double count) {
    const auto whole = static_cast<std::uint64_t>(std::max(1.0, std::round(count)));
    return std::to_string(whole) + (whole == 1 ? " segment" : " segments");
}

/// Where this host drops, in the words of who looks there.
std::string place_of(HostDrop by) {
    switch (by) {
        case HostDrop::queue:
            return "its queueing discipline";
        case HostDrop::filter:
            return "its firewall or a filter";
        case HostDrop::route:
            return "its routing: there is no route";
        case HostDrop::neighbour:
            return "its neighbour table: the next hop does not answer";
        case HostDrop::other:
            break;
    }
    return "its network stack";
}

std::string dropped_here(double count, HostDrop by) {
    return "This host itself dropped " + segments(count) + " of late, by " + place_of(by);
}

/// What congestion control limits by: its window, or the pacing rate that it took from the path.
std::string limit_of(const Interval& i) {
    if (seconds_by(i, Reason::pacing) > seconds_by(i, Reason::cwnd)) {
        return "The rate that congestion control took from the path (" +
               human_bytes(i.pacing_rate) + "/s)";
    }
    return "The congestion window (" + human_bytes(i.cwnd_bytes) + ")";
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

std::string why_stalled(const Interval& i, const HeldShares&) {
    return "The peer's window is closed, and it has acknowledged nothing for " +
           human_seconds(i.seconds_without_ack) + ".";
}

std::string why_slow(const Interval& i, const HeldShares& shares) {
    const std::string acked = "it acknowledges " + rate(i.acked_bytes, i.seconds) + ".";
    if (i.peer_zero_window) return "The peer's window is closed; " + acked;
    return "The peer's window " + held_for(shares.peer, i) + "; " + acked;
}

/// Nothing is acknowledged, and what is sent again is a full segment at least.
std::string hint_of_mtu(const Interval& i) {
    if (i.mss_bytes == 0 || i.unacked_bytes < i.mss_bytes) return "";
    return " If small messages still arrive there, the path drops full-size segments: look at its "
           "MTU (ping -M do -s SIZE), or set net.ipv4.tcp_mtu_probing=1.";
}

std::string why_lossy(const Interval& i, const HeldShares& shares) {
    if (!i.silent_next_hop.empty())
        return "The next hop, " + i.silent_next_hop +
               ", does not answer: segments wait on this host for its address, and nothing was "
               "acknowledged for " +
               human_seconds(i.seconds_without_ack) + ".";
    if (i.since_ack.unresolved >= 0.5)
        return dropped_here(i.since_ack.unresolved, HostDrop::neighbour) + ".";
    if (i.peer_zero_window && i.unanswered_probes >= 2)
        return "The peer's window is closed, and " + std::to_string(i.unanswered_probes) +
               " probes of it were not answered: nothing has come for " +
               human_seconds(i.seconds_without_answer) + give_up_of(i) + ".";
    if (shares.network > 0 && i.acked_bytes > 0)
        return limit_of(i) + " " + held_for(shares.network, i) + "; " + loss_of(i) + ".";
    return "What was sent has not been acknowledged for " + human_seconds(i.seconds_without_ack) +
           "; " + loss_of(i) + give_up_of(i) + "." + hint_of_mtu(i);
}

std::string why_limited(const Interval& i, const HeldShares& shares) {
    return limit_of(i) + " " + held_for(shares.network, i) + "; hardly anything was sent again (" +
           human_bytes(i.retransmitted_bytes) + ").";
}

std::string why_host(const Interval& i, const HeldShares& shares) {
    const double dropped = std::max(i.recent.dropped, i.since_ack.dropped);
    const std::string drops = dropped < 0.5 ? "" : dropped_here(dropped, i.dropped_by) + ". ";
    constexpr double little = 0.1;
    if (dropped >= 0.5 && shares.host < little) return drops + "What it lost: " + loss_of(i) + ".";
    if (shares.host > 0) {
        const bool is_rate = seconds_by(i, Reason::pacing) > seconds_by(i, Reason::tsq);
        return drops + "This host (" +
               std::string(to_string(is_rate ? Reason::pacing : Reason::tsq)) + ") " +
               held_for(shares.host, i) + ".";
    }
    return "Bytes wait about " + human_seconds(i.egress_wait_seconds) +
           " between the queueing discipline and the driver.";
}

std::string why_coalescing(const Interval& i, const HeldShares& shares) {
    return "Small segments are kept back: " + main_reason(i) + " " +
           held_for(shares.coalescing, i) + ".";
}

std::string why_sndbuf(const Interval& i, const HeldShares&) {
    if (i.host_tcp)
        return "The writer waits for room, and this host's TCP memory is short: " +
               human_bytes(i.host_tcp->memory_bytes) + " are used, and above " +
               human_bytes(i.host_tcp->memory_pressure_bytes) +
               " (net.ipv4.tcp_mem) the kernel cuts send buffers.";
    return "The writer waits for room while all " + human_bytes(i.unacked_bytes) +
           " of the queue are in flight; the congestion window would take " +
           human_bytes(i.cwnd_bytes) + ", the peer's window " + human_bytes(i.rwnd_bytes) + ".";
}

/// "; at the present rate its limit of 64.0MiB is reached in 12s, and the server closes it"
std::string limit_of_backlog(const Interval& i) {
    const BacklogOutlook& outlook = i.backlog_outlook;
    if (!outlook.limit_bytes) return "";
    const std::string limit = "its limit of " + human_bytes(*outlook.limit_bytes);
    if (!outlook.seconds_to_limit) return "; " + limit + " is not near";
    return "; at the present rate " + limit + " is reached in " +
           human_seconds(*outlook.seconds_to_limit) + ", and the server closes it";
}

std::string why_app(const Interval& i, const HeldShares&) {
    const std::string backlog = human_bytes(i.reply_backlog_bytes.value_or(0));
    if (i.backlog_outlook.waits_for_snapshot)
        return "The server keeps " + backlog +
               " of the write stream for this replica until its snapshot is sent" +
               limit_of_backlog(i) + ".";
    return "The application has " + backlog + " to write, and the send buffer has room" +
           limit_of_backlog(i) + ".";
}

std::string why_flowing(const Interval& i, const HeldShares&) {
    return "Bytes move (" + rate(i.acked_bytes, i.seconds) +
           " acknowledged), and nothing holds them for long.";
}

std::string why_idle(const Interval&, const HeldShares&) {
    return "Nothing waits and nothing moves.";
}

// clang-format off
constexpr std::array<VerdictRow, verdicts> table{{
    {Verdict::peer_stalled, "peer_stalled", Locus::peer, peer_stalled, why_stalled,
     "The peer's: its program has stopped reading.",
     "Look at the process at the peer's end: is it stopped, stuck or dead? Bound what it may cost (output-buffer limit, write timeout), or close the connection."},
    {Verdict::peer_slow, "peer_slow", Locus::peer, peer_slow, why_slow,
     "The peer's: it reads more slowly than this side writes.",
     "Make the reader faster or send it less. A larger receive buffer there helps only against bursts."},
    {Verdict::network_lossy, "network_lossy", Locus::network, network_lossy, why_lossy,
     "The network's: the path loses packets, or the peer's host no longer answers.",
     "Look for loss on the path (ip -s link, switch counters) and whether the peer's host is up (ping, ip neigh). A write timeout (TCP_USER_TIMEOUT) bounds the wait."},
    {Verdict::network_limited, "network_limited", Locus::network, network_limited, why_limited,
     "The network's: the path carries no more.",
     "More bandwidth or fewer bytes; on long paths another congestion control (BBR) may use more of it."},
    {Verdict::host_egress, "host_egress", Locus::host, host_egress, why_host,
     "This host's: its queue, driver, firewall or a rate that was set here holds or drops the bytes.",
     "Look at tc -s qdisc (backlog, dropped, a shaper), SO_MAX_PACING_RATE, the NIC's speed and its queues."},
    {Verdict::coalescing, "coalescing", Locus::host, coalescing, why_coalescing,
     "This host's: small writes are kept back to fill a segment.",
     "Set TCP_NODELAY or write each message at once; uncork (TCP_CORK, MSG_MORE) when a message ends."},
    {Verdict::sndbuf_small, "sndbuf_small", Locus::host, sndbuf_small, why_sndbuf,
     "This host's: the send buffer is smaller than what the path can carry.",
     "Do not set SO_SNDBUF, or set it to bandwidth times round-trip time; raise net.ipv4.tcp_wmem."},
    {Verdict::app_late, "app_late", Locus::app, app_late, why_app,
     "The application's: the send queue has room and nobody writes.",
     "Look at the application's event loop: a long command, or EPOLLOUT that is not armed or not served."},
    {Verdict::flowing, "flowing", Locus::none, flowing, why_flowing,
     "Nobody's.",
     "Nothing."},
    {Verdict::idle, "idle", Locus::none, [](const Case&) { return true; }, why_idle,
     "Nobody's.",
     "Nothing."},
}};
// clang-format on

}  // namespace

std::span<const VerdictRow> verdict_table() noexcept { return table; }

const VerdictRow& row_of(Verdict verdict) noexcept {
    return table.at(static_cast<std::size_t>(verdict));
}

std::string_view to_string(Verdict verdict) noexcept { return row_of(verdict).word; }

Locus locus_of(Verdict verdict) noexcept { return row_of(verdict).locus; }

}  // namespace wiregap::model
