// SPDX-License-Identifier: Apache-2.0
#include "daemon/model/derived_bytes.h"

#include <algorithm>

#include "daemon/model/service_sums.h"

namespace wiregap::model {
namespace {

std::uint64_t minus(std::uint64_t a, std::uint64_t b) { return a > b ? a - b : 0; }

}  // namespace

void DerivedBytes::complete(ServiceSample& service, bool gauges_fresh) {
    if (service.bytes_complete) return;
    ServiceCounters& counters = service.counters;
    const std::uint64_t gone = undelivered_bytes(counters) + service.undecided_bytes;
    const std::uint64_t queued = service.gauges.notsent_bytes + service.gauges.unacked_bytes;
    const auto [entry, fresh] = accounts_.try_emplace(service.id);
    Account& account = entry->second;
    if (fresh || account.since_ns != service.since_ns) {
        account = {};
        account.since_ns = service.since_ns;
        if (first_tick_) account.before_us_bytes = minus(queued + gone, counters.written_bytes);
    }
    account.seen = true;
    counters.written_bytes += account.before_us_bytes;
    if (gauges_fresh) {
        const std::uint64_t transmitted = minus(
            counters.written_bytes, service.gauges.notsent_bytes + service.died_notsent_bytes);
        const std::uint64_t acked = minus(counters.written_bytes, queued + gone);
        account.transmitted_bytes = std::max(account.transmitted_bytes, transmitted);
        account.acked_bytes = std::max(account.acked_bytes, acked);
    }
    counters.transmitted_bytes = account.transmitted_bytes;
    counters.acked_bytes = account.acked_bytes;
}

void DerivedBytes::end_of_tick() {
    std::erase_if(accounts_, [](const auto& entry) { return !entry.second.seen; });
    for (auto& [id, account] : accounts_) account.seen = false;
    first_tick_ = false;
}

}  // namespace wiregap::model
