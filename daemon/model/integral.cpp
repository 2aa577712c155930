// SPDX-License-Identifier: Apache-2.0
#include "daemon/model/integral.h"

namespace wiregap::model {
namespace {

double mean(std::uint64_t a, std::uint64_t b) {
    return (static_cast<double>(a) + static_cast<double>(b)) / 2;
}

}  // namespace

void Integrals::add(Account& account, const ServiceGauges& now, std::uint64_t taken_ns) {
    const double seconds = static_cast<double>(taken_ns - account.walked_ns) / 1e9;
    const ServiceGauges& last = account.last;
    account.unacked_byte_seconds += seconds * mean(last.unacked_bytes, now.unacked_bytes);
    account.own_zero_window_seconds += seconds * mean(last.own_zero_windows, now.own_zero_windows);
}

void Integrals::complete(ServiceSample& service, std::uint64_t taken_ns, bool gauges_fresh) {
    const auto [entry, fresh] = accounts_.try_emplace(service.id);
    Account& account = entry->second;
    const bool begins = fresh || account.since_ns != service.since_ns;
    if (begins) {
        account = {};
        account.since_ns = service.since_ns;
    }
    account.seen = true;
    if (gauges_fresh) {
        // Before the first look there was no time that we watched.
        if (!begins && account.walked_ns != 0) add(account, service.gauges, taken_ns);
        account.last = service.gauges;
        account.walked_ns = taken_ns;
    }
    service.counters.unacked_byte_seconds = account.unacked_byte_seconds;
    service.counters.own_zero_window_seconds = account.own_zero_window_seconds;
}

void Integrals::end_of_tick() {
    std::erase_if(accounts_, [](const auto& entry) { return !entry.second.seen; });
    for (auto& [id, account] : accounts_) account.seen = false;
}

}  // namespace wiregap::model
