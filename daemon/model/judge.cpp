// SPDX-License-Identifier: Apache-2.0
#include "daemon/model/judge.h"

#include <algorithm>
#include <utility>

namespace wiregap::model {
namespace {

struct Case {
    const Interval& interval;
    const Thresholds& thresholds;
    HeldShares shares;
};

/// Pacing at the rate that congestion control found is the path's doing: BBR is limited so, where
/// others fill cwnd.
double& share_of(HeldShares& shares, Reason reason, bool paced_by_cc) {
    switch (reason) {
        case Reason::rwnd:
            return shares.peer;
        case Reason::cwnd:
            return shares.network;
        case Reason::pacing:
            return paced_by_cc ? shares.network : shares.host;
        case Reason::tsq:
            return shares.host;
        case Reason::nagle:
        case Reason::cork:
        case Reason::autocork:
        case Reason::tso_defer:
            return shares.coalescing;
        case Reason::unknown:
            break;
    }
    return shares.unknown;
}

double largest(const HeldShares& s) {
    return std::max({s.peer, s.network, s.host, s.coalescing, s.unknown});
}

/// Without counted time: the chrono for the peer's window, else a reason that held at both ends.
HeldShares shares_from_state(const Interval& i) {
    HeldShares shares{.basis = Basis::chrono};
    if (i.reason && i.reason == i.reason_before) share_of(shares, *i.reason, i.paced_by_cc) = 1;
    shares.peer = std::max(shares.peer, std::min(1.0, i.rwnd_limited_seconds / i.seconds));
    return shares;
}

bool mostly(const Case& c, double share) {
    return share >= c.thresholds.held_ratio && share >= largest(c.shares);
}

bool unanswered(const Case& c) {
    return c.interval.seconds_without_ack >= c.thresholds.stalled_seconds;
}

bool peer_stalled(const Case& c) {
    return c.interval.peer_zero_window && c.interval.notsent_bytes > 0 && unanswered(c);
}

bool peer_slow(const Case& c) {
    return (c.interval.peer_zero_window && c.interval.notsent_bytes > 0) ||
           mostly(c, c.shares.peer);
}

bool lost_some(const Case& c) {
    const Interval& i = c.interval;
    if (i.in_recovery) return true;
    return i.retransmitted_bytes > 0 &&
           static_cast<double>(i.retransmitted_bytes) >=
               c.thresholds.retransmit_ratio * static_cast<double>(i.transmitted_bytes);
}

bool network_lossy(const Case& c) {
    if (!lost_some(c)) return false;
    return mostly(c, c.shares.network) || (c.interval.unacked_bytes > 0 && unanswered(c));
}

bool network_limited(const Case& c) { return mostly(c, c.shares.network); }

bool host_egress(const Case& c) {
    return mostly(c, c.shares.host) ||
           c.interval.egress_wait_seconds >= c.thresholds.egress_wait_seconds;
}

bool coalescing(const Case& c) { return mostly(c, c.shares.coalescing); }

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

using Rule = bool (*)(const Case&);
constexpr std::pair<Verdict, Rule> rules[] = {
    {Verdict::peer_stalled, peer_stalled},
    {Verdict::peer_slow, peer_slow},
    {Verdict::network_lossy, network_lossy},
    {Verdict::network_limited, network_limited},
    {Verdict::host_egress, host_egress},
    {Verdict::coalescing, coalescing},
    {Verdict::sndbuf_small, sndbuf_small},
    {Verdict::app_late, app_late},
    {Verdict::flowing, flowing},
};

}  // namespace

HeldShares held_shares(const Interval& i) {
    if (i.seconds <= 0) return {};
    if (!i.held_known) return shares_from_state(i);
    HeldShares shares{.basis = Basis::held_time};
    for (std::size_t r = 0; r < reasons; ++r) {
        share_of(shares, static_cast<Reason>(r), i.paced_by_cc) += i.held_seconds.at(r) / i.seconds;
    }
    // The kernel side could not tell: what the socket's state says is better than nothing.
    const bool dark = shares.unknown > 0 && shares.unknown >= largest(shares);
    return dark ? shares_from_state(i) : shares;
}

Ruling judge(const Interval& interval, const Thresholds& thresholds) {
    const Case c{interval, thresholds, held_shares(interval)};
    for (const auto& [verdict, holds] : rules) {
        if (holds(c)) return {verdict, c.shares.basis};
    }
    return {Verdict::idle, c.shares.basis};
}

}  // namespace wiregap::model
