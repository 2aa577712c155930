// SPDX-License-Identifier: Apache-2.0
// The A/B method: a workload is measured in short segments, alternately bare and under the
// conditions, and each conditioned segment is compared with the bare ones right before and after
// it. What the rest of the machine does then hits both sides alike.
#pragma once

#include <vector>

#include "tests/bench/lib/condition.h"
#include "tests/bench/lib/stats.h"
#include "tests/bench/lib/workload.h"

namespace wiregap::bench {

struct Plan {
    double budget_seconds = 40;     ///< rounds are begun until this is spent
    unsigned least_rounds = 31;     ///< but no fewer than these, of which the steadier half counts
    double segment_seconds = 0.03;  ///< CPU time of one segment
};

/// One segment under a condition between two bare ones; ns per operation.
struct Paired {
    double before_ns = 0;
    double with_ns = 0;
    double after_ns = 0;
    [[nodiscard]] double bare_ns() const { return (before_ns + after_ns) / 2; }
    [[nodiscard]] double ratio() const { return with_ns / bare_ns(); }
    [[nodiscard]] double added_ns() const { return with_ns - bare_ns(); }
    /// How far apart the bare neighbours are: 0 when the machine kept its pace.
    [[nodiscard]] double unsteadiness() const;
};

struct Comparison {
    std::vector<Paired> watched;
    std::vector<Paired> floor;  ///< as many
};

/// The half of the rounds in which the bare neighbours agree best. A machine that changes its
/// pace between two segments says nothing about what is between them, and the bare segments tell
/// without a look at the measured one.
std::vector<Paired> steadier_half(std::vector<Paired> rounds);

/// Waits until no BPF program is attached by anybody, since bare would not be bare. Throws when
/// that takes more than a minute.
void await_bare();

/// Rounds that somebody else's BPF programs came into are made again.
Comparison compare(Workload& workload, Condition& watched, Condition& floor, const Plan& plan);

/// Over the steadier half of the rounds.
Quartiles ratios(const std::vector<Paired>& rounds);
Quartiles added_ns(const std::vector<Paired>& rounds);

}  // namespace wiregap::bench
