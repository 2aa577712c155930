// SPDX-License-Identifier: Apache-2.0
#include "daemon/model/ack_rates.h"

namespace wiregap::model {

void AckRates::complete(std::vector<CountedService>& services, std::uint64_t taken_ns, bool fresh) {
    for (CountedService& one : services) {
        const std::uint64_t acked = one.service.counters.acked_bytes;
        const auto [at, is_new] =
            before_.try_emplace({one.id, one.since_ns}, Before{taken_ns, acked, {}});
        Before& before = at->second;
        if (!is_new && fresh && taken_ns > before.taken_ns) {
            const std::uint64_t moved = acked > before.acked_bytes ? acked - before.acked_bytes : 0;
            const double seconds = static_cast<double>(taken_ns - before.taken_ns) / 1e9;
            before = {taken_ns, acked, static_cast<double>(moved) / seconds};
        }
        before.seen = true;
        one.service.acked_bytes_per_second = before.rate;
    }
    std::erase_if(before_, [](const auto& entry) { return !entry.second.seen; });
    for (auto& [key, before] : before_) before.seen = false;
}

}  // namespace wiregap::model
