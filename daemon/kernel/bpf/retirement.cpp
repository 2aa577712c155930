// SPDX-License-Identifier: Apache-2.0
#include "daemon/kernel/bpf/retirement.h"

#include <algorithm>
#include <cstddef>

#include "daemon/util/clock.h"

namespace wiregap::kernel {
namespace {

constexpr std::uint64_t idle_before_retirement_ns = 600'000'000'000;
constexpr std::uint64_t idle_when_short_ns = 30'000'000'000;

}  // namespace

void Retirement::note(const Candidate& one, std::uint64_t now_ns) {
    Activity& activity = activity_[one.id];
    const bool moved = one.sockets != 0 || one.movement != activity.movement;
    if (moved || activity.since_ns != one.since_ns)
        activity = {.movement = one.movement, .moved_ns = now_ns, .since_ns = one.since_ns};
}

std::vector<std::uint32_t> Retirement::choose(const std::vector<Candidate>& all,
                                              std::uint64_t now_ns) {
    struct Idle {
        std::uint64_t idle_ns;
        std::uint32_t id;
        bool is_client;
    };
    std::vector<Idle> idle;
    std::size_t taken = 0;
    for (const Candidate& one : all) {
        note(one, now_ns);
        taken += one.id > server_share_ ? 1U : 0U;
        if (one.sockets != 0) continue;
        idle.push_back({.idle_ns = util::elapsed_ns(activity_[one.id].moved_ns, now_ns),
                        .id = one.id,
                        .is_client = one.role == model::Role::client});
    }
    std::sort(idle.begin(), idle.end(),
              [](const Idle& a, const Idle& b) { return a.idle_ns > b.idle_ns; });
    // Some are free before they are needed: between two ticks many may be.
    const std::size_t enough = general_ - std::max(1U, general_ / 8);
    std::vector<std::uint32_t> chosen;
    for (const Idle& one : idle) {
        const bool is_short = taken > enough;
        const bool may_go = is_short && (one.is_client || one.idle_ns >= idle_when_short_ns);
        if (one.idle_ns < idle_before_retirement_ns && !may_go) continue;
        gave_way_ += one.idle_ns < idle_before_retirement_ns ? 1 : 0;
        taken -= one.id > server_share_ ? 1U : 0U;
        chosen.push_back(one.id);
        activity_.erase(one.id);
    }
    has_retired_ = has_retired_ || !chosen.empty();
    return chosen;
}

}  // namespace wiregap::kernel
