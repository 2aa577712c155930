// SPDX-License-Identifier: Apache-2.0
#include "exporters/web/readiness.h"

#include <array>
#include <cstdio>

namespace wiregap::exporters {
namespace {

std::string shown(double seconds) {
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), "%.1f s", seconds);
    return text.data();
}

}  // namespace

Readiness readiness(const model::Snapshot* snapshot, std::uint64_t now_ns) {
    if (snapshot == nullptr) {
        return {false, "not ready: the kernel has not been read yet; try again after one tick"};
    }
    const double age_seconds =
        now_ns > snapshot->taken_ns ? static_cast<double>(now_ns - snapshot->taken_ns) / 1e9 : 0;
    const double limit_seconds = 3 * snapshot->tick_interval_seconds + 1;
    if (age_seconds < limit_seconds) {
        return {true, "ready: the kernel was read " + shown(age_seconds) + " ago"};
    }
    return {false, "not ready: the kernel was last read " + shown(age_seconds) +
                       " ago, more than " + shown(limit_seconds) +
                       "; see the log of wiregapd for what holds it up"};
}

}  // namespace wiregap::exporters
