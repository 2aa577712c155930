// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/lib/compare.h"

#include <sched.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <thread>

#include "tests/bench/lib/error.h"
#include "tests/bench/lib/loaded_programs.h"
#include "tests/support/clock.h"

namespace wiregap::bench {

namespace {

/// Attaching and detaching patch code and free memory after an RCU grace period; the daemon
/// walks the sockets once. Let that pass.
void settle() { std::this_thread::sleep_for(std::chrono::milliseconds(15)); }

void pin_to_this_cpu() {
    cpu_set_t only;
    CPU_ZERO(&only);
    CPU_SET(static_cast<unsigned>(checked(sched_getcpu(), "sched_getcpu")), &only);
    checked(sched_setaffinity(0, sizeof only, &only), "sched_setaffinity");
}

template <typename Figure>
Quartiles quartiles_of(const std::vector<Paired>& rounds, Figure figure) {
    const std::vector<Paired> steady = steadier_half(rounds);
    std::vector<double> values(steady.size());
    std::transform(steady.begin(), steady.end(), values.begin(), figure);
    return quartiles(std::move(values));
}

/// Measures segments and remembers the last bare one, which both of its neighbours share.
class Alternation {
  public:
    Alternation(Workload& workload, const Plan& plan)
        : workload_(workload), segment_ns_(static_cast<std::uint64_t>(plan.segment_seconds * 1e9)) {
        start();
    }
    /// Nothing when somebody else's programs were attached at the end.
    std::optional<Paired> under(Condition& condition) {
        condition.enter();
        settle();
        const double with_ns = measure();
        condition.leave();
        settle();
        const double before_ns = bare_ns_;
        bare_ns_ = measure();
        if (attached_programs() != 0) {
            start();
            return std::nullopt;
        }
        return Paired{before_ns, with_ns, bare_ns_};
    }

  private:
    void start() {
        await_bare();
        bare_ns_ = measure();
    }
    double measure() { return segment_ns_per_operation(workload_, segment_ns_); }

    Workload& workload_;
    std::uint64_t segment_ns_;
    double bare_ns_ = 0;
};

}  // namespace

void await_bare() {
    const std::uint64_t end_ns = now_ns() + 60'000'000'000U;
    while (attached_programs() != 0) {
        if (now_ns() > end_ns) {
            throw std::runtime_error(
                "another monitor's BPF programs are attached (bpftool link): stop it first");
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(200));
    }
}

Comparison compare(Workload& workload, Condition& watched, Condition& floor, const Plan& plan) {
    pin_to_this_cpu();
    const auto end_ns = now_ns() + static_cast<std::uint64_t>(plan.budget_seconds * 1e9);
    Comparison result;
    Alternation alternation(workload, plan);
    while (result.watched.size() < plan.least_rounds || now_ns() < end_ns) {
        const auto with_watched = alternation.under(watched);
        const auto with_floor = alternation.under(floor);
        if (!with_watched || !with_floor) continue;
        result.watched.push_back(*with_watched);
        result.floor.push_back(*with_floor);
    }
    return result;
}

double Paired::unsteadiness() const { return std::abs(after_ns - before_ns) / bare_ns(); }

std::vector<Paired> steadier_half(std::vector<Paired> rounds) {
    const std::size_t half = (rounds.size() + 1) / 2;
    std::sort(rounds.begin(), rounds.end(),
              [](const Paired& a, const Paired& b) { return a.unsteadiness() < b.unsteadiness(); });
    rounds.resize(half);
    return rounds;
}

Quartiles ratios(const std::vector<Paired>& rounds) {
    return quartiles_of(rounds, [](const Paired& round) { return round.ratio(); });
}

Quartiles added_ns(const std::vector<Paired>& rounds) {
    return quartiles_of(rounds, [](const Paired& round) { return round.added_ns(); });
}

}  // namespace wiregap::bench
