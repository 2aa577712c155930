// SPDX-License-Identifier: Apache-2.0
#include "daemon/model/held_history.h"

#include <algorithm>
#include <numeric>

#include "daemon/model/service_sums.h"
#include "daemon/model/snapshot.h"

namespace wiregap::model {
namespace {

std::uint64_t sum_of(const HeldByLocus& held) {
    return std::accumulate(held.bytes.begin(), held.bytes.end(), held.unlisted_bytes);
}

HeldByLocus held_by_locus(const Snapshot& snapshot) {
    HeldByLocus held;
    for (const Connection& c : snapshot.connections) {
        const Locus locus = locus_of(c.judgement.verdict);
        held.bytes.at(static_cast<std::size_t>(locus)) += held_bytes(c);
    }
    if (!snapshot.connections_truncated) return held;
    std::uint64_t all = 0;
    for (const Service& service : snapshot.services) all += held_bytes(service);
    held.unlisted_bytes = all - std::min(all, sum_of(held));
    return held;
}

/// The next tick came in time: nobody failed to look between the two.
bool is_in_time(const Snapshot& snapshot, std::uint64_t before_ns) {
    constexpr double late = 2;
    return static_cast<double>(snapshot.taken_ns - before_ns) <
           late * snapshot.tick_interval_seconds * 1e9;
}

}  // namespace

void HeldHistory::add(const Snapshot& snapshot) {
    const std::uint64_t step = snapshot.taken_ns / (step_seconds * 1'000'000'000);
    now_ = held_by_locus(snapshot);
    if (!held_.empty() && step == step_) {
        if (sum_of(now_) >= sum_of(*held_.back())) held_.back() = now_;
    } else {
        const std::uint64_t passed_over = held_.empty() ? 0 : step - step_ - 1;
        const bool stands = !held_.empty() && is_in_time(snapshot, taken_ns_);
        held_.insert(held_.end(), std::min<std::uint64_t>(passed_over, steps),
                     stands ? held_.back() : std::nullopt);
        held_.emplace_back(now_);
        if (held_.size() > steps) held_.erase(held_.begin(), held_.end() - steps);
    }
    step_ = step;
    taken_ns_ = snapshot.taken_ns;
}

}  // namespace wiregap::model
