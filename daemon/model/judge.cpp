// SPDX-License-Identifier: Apache-2.0
#include "daemon/model/judge.h"

#include <algorithm>

#include "daemon/model/verdict_table.h"

namespace wiregap::model {
namespace {

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

/// Without counted time: the chrono for the peer's window, else a reason that held at both ends.
HeldShares shares_from_state(const Interval& i) {
    HeldShares shares{.basis = Basis::chrono};
    if (i.reason && i.reason == i.reason_before) share_of(shares, *i.reason, i.paced_by_cc) = 1;
    shares.peer = std::max(shares.peer, std::min(1.0, i.rwnd_limited_seconds / i.seconds));
    return shares;
}

}  // namespace

double largest_share(const HeldShares& s) noexcept {
    return std::max({s.peer, s.network, s.host, s.coalescing, s.unknown});
}

HeldShares held_shares(const Interval& i) {
    if (i.seconds <= 0) return {};
    if (!i.held_known) return shares_from_state(i);
    HeldShares shares{.basis = Basis::held_time};
    for (std::size_t r = 0; r < reasons; ++r) {
        share_of(shares, static_cast<Reason>(r), i.paced_by_cc) += i.held_seconds.at(r) / i.seconds;
    }
    // The kernel side could not tell: what the socket's state says is better than nothing.
    const bool dark = shares.unknown > 0 && shares.unknown >= largest_share(shares);
    return dark ? shares_from_state(i) : shares;
}

Ruling judge(const Interval& interval, const Thresholds& thresholds) {
    const Case c{interval, thresholds, held_shares(interval)};
    for (const VerdictRow& row : verdict_table()) {
        if (row.holds(c)) return {row.verdict, c.shares.basis};
    }
    return {Verdict::idle, c.shares.basis};
}

}  // namespace wiregap::model
