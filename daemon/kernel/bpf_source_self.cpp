// SPDX-License-Identifier: Apache-2.0
// What the source says of itself, and how it gives services up that nobody uses any more.
#include <algorithm>
#include <cstddef>
#include <numeric>

#include "daemon/kernel/bpf_source.h"
#include "wiregap.skel.h"

namespace wiregap::kernel {
namespace {

// A service without listener, connection or movement for this long gives its id back; sooner when
// ids run short.
constexpr std::uint64_t idle_ns = 600'000'000'000;
constexpr std::uint64_t idle_when_short_ns = 30'000'000'000;

std::uint64_t movement(const model::ServiceCounters& counters) {
    return counters.written_bytes + counters.writes_at_once + counters.writes_late +
           counters.opened + counters.retransmitted_bytes +
           std::accumulate(counters.closed.begin(), counters.closed.end(), std::uint64_t{0}) +
           std::accumulate(counters.write_shortfalls.begin(), counters.write_shortfalls.end(),
                           std::uint64_t{0});
}

/// Each of these was one run of the send program.
std::uint64_t writes_in(const wg_counters& c) {
    return c.writes_at_once + c.writes_late + c.would_block + c.error;
}

std::ptrdiff_t servers_on(const std::vector<ServiceEntry>& entries, std::uint16_t port) {
    return std::count_if(entries.begin(), entries.end(), [&](const ServiceEntry& entry) {
        return entry.key.role == WG_ROLE_SERVER && entry.key.port == port;
    });
}

std::uint64_t connections(const model::ServiceGauges& gauges) {
    return std::accumulate(gauges.connections.begin(), gauges.connections.end(), std::uint64_t{0});
}

}  // namespace

bool BpfSource::has_listener(std::uint32_t id) const {
    return tables_.gauges(id).listeners > 0 || foreign_listeners_.contains(id);
}

void BpfSource::note_activity(const model::ServiceSample& service, std::uint64_t now_ns) {
    Activity& activity = activity_[service.id];
    const std::uint64_t sum = movement(service.counters);
    const bool busy = connections(service.gauges) > 0 || has_listener(service.id);
    if (busy || sum != activity.sum || activity.born_ns != service.since_ns) {
        activity = {.sum = sum, .since_ns = now_ns, .born_ns = service.since_ns};
    }
}

void BpfSource::retire_idle(const std::vector<ServiceEntry>& entries, std::uint64_t now_ns) {
    auto& shared = *programs_.skeleton()->bss;
    const bool running_short = entries.size() * 4 > std::size_t{limits_.max_services} * 3;
    const std::uint64_t patience = running_short ? idle_when_short_ns : idle_ns;
    const std::uint64_t listens = shared.listen_events;
    for (const ServiceEntry& entry : entries) {
        const std::uint32_t id = entry.info.id;
        const auto found = activity_.find(id);
        const bool overflow = id == WG_SERVICE_OTHER;
        if (!overflow && (found == activity_.end() || now_ns - found->second.since_ns < patience)) {
            continue;
        }
        // Of the overflow only the key goes, so that it may find a place of its own.
        if (overflow && now_ns - entry.info.since_ns < patience) continue;
        tables_.retire(entry);
        if (!overflow) {
            retired_writes_ += writes_in(tables_.counters(id));
            retired_.push_back(id);
            activity_.erase(id);
        }
        // Another listener may have come just now, or listen on that port in another network
        // namespace; then the port stays marked, which is harmless.
        if (entry.key.role == WG_ROLE_SERVER && shared.listen_events == listens &&
            servers_on(entries, entry.key.port) == 1) {
            shared.listening_port[entry.key.port] = 0;
        }
    }
}

model::Self BpfSource::self() const {
    model::Self self;
    self.backend = to_string(choice_.backend);
    self.backend_reason = choice_.reason;
    self.hooks = choice_.hooks;
    self.programs = tables_.runs(writes_ + retired_writes_);
    self.maps = tables_.fill();
    self.lost = tables_.lost();
    return self;
}

}  // namespace wiregap::kernel
