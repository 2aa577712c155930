// SPDX-License-Identifier: Apache-2.0
// The judgement: a pure function. tests/unit/judge_cases.h is its table of cases.
#pragma once

#include "daemon/model/interval.h"
#include "daemon/model/thresholds.h"
#include "daemon/model/verdict.h"

namespace wiregap::model {

struct Ruling {
    Verdict verdict = Verdict::idle;
    Basis basis = Basis::state;
};

/// The first rule that holds, in the order of Verdict. No memory: hysteresis.h keeps it from
/// flapping.
Ruling judge(const Interval& interval, const Thresholds& thresholds);

/// Shares of the interval in which bytes were held, by whom; 0 to 1 each.
struct HeldShares {
    double peer = 0;        ///< rwnd
    double network = 0;     ///< cwnd, and pacing by congestion control
    double host = 0;        ///< tsq, and pacing by a rate that was set
    double coalescing = 0;  ///< nagle, cork, autocork, tso_defer
    double unknown = 0;
    Basis basis = Basis::state;
};
/// Of the five.
double largest_share(const HeldShares& shares) noexcept;
HeldShares held_shares(const Interval& interval);

}  // namespace wiregap::model
