// SPDX-License-Identifier: Apache-2.0
// What the source says of itself, and how it gives the ids of services up that nobody uses any
// more.
#include <algorithm>
#include <cstddef>
#include <numeric>
#include <utility>

#include "daemon/kernel/bpf/bpf_source.h"
#include "wiregap.skel.h"

namespace wiregap::kernel {
namespace {

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

}  // namespace

/// Retires what nobody uses. What was retired at an earlier tick gives its id back, once no socket
/// has it: one may have been born in between.
void BpfSource::turn_over(const std::vector<ServiceEntry>& entries, const model::Sample& sample,
                          const std::map<std::uint32_t, std::uint64_t>& sockets) {
    std::map<std::uint32_t, ServiceEntry> living;
    for (const ServiceEntry& entry : entries) living[entry.info.id] = entry;
    living.erase(WG_SERVICE_OTHER);
    const std::vector<ServiceEntry> before = std::exchange(retired_, {});
    for (const ServiceEntry& entry : before) living.erase(entry.info.id);

    std::vector<Retirement::Candidate> all;
    for (const model::ServiceSample& service : sample.services) {
        if (!living.contains(service.id)) continue;
        all.push_back({.id = service.id,
                       .since_ns = service.since_ns,
                       .role = service.identity.role,
                       .sockets = sockets.at(service.id),
                       .movement = movement(service.counters)});
    }
    for (const std::uint32_t id : retirement_.choose(all, sample.taken_ns)) {
        maps_.retire(living.at(id));
        retired_.push_back(living.at(id));
    }
    for (const ServiceEntry& entry : before) {
        const std::uint32_t id = entry.info.id;
        if (sockets.at(id) != 0) {
            retired_.push_back(entry);
            continue;
        }
        retired_writes_ += writes_in(maps_.counters(id));
        maps_.recycle(id);
    }
}

model::Self BpfSource::self() const {
    model::Self self;
    self.backend = to_string(choice_.backend);
    self.backend_reason = choice_.reason;
    self.hooks = choice_.hooks;
    self.programs = maps_.runs(writes_ + retired_writes_);
    self.maps = maps_.fill();
    self.lost = maps_.lost();
    self.lost["late_filter"] = filter_check_.mended();
    self.lost["client_services"] = retirement_.gave_way();
    return self;
}

}  // namespace wiregap::kernel
