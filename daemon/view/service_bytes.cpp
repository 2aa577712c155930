// SPDX-License-Identifier: Apache-2.0
#include "daemon/view/tables.h"
#include "daemon/view/take.h"

namespace wiregap::view {

using model::Owner;
using model::Service;
using model::ServiceCounters;

// clang-format off
ServiceFields service_bytes() {
    constexpr Predicate counted = knows<&Known::byte_counters>;
    return {
    {text("service", "Name of the service: systemd unit, container or process."), get<&Service::name>},
    {count("port", "The listener's port; for a client, the remote port."), get<&Service::port>},
    {text("role", "server: its connections were accepted; client: it made them."), get<&Service::role>},
    {count("netns_inode", "Inode of its network namespace."), get<&Service::netns_inode>},
    {count("owner.pid", "Id of a process that owns the service; absent if none was found."),
     [](const Service& s, const Known&, Sink& sink) { if (s.owner.pid != 0) give(sink, {}, s.owner.pid); }},
    {text("owner.comm", "Name of that process."), get<&Service::owner, &Owner::comm>},
    {text("owner.unit", "Its systemd unit, without .service."), get<&Service::owner, &Owner::unit>},
    {text("owner.container", "First 12 characters of its container's id."), get<&Service::owner, &Owner::container>},
    {bytes("written_bytes", "Payload bytes accepted by write() and similar calls. Minus transmitted: what waits as notsent or died unsent with its connection.")
     .counter("wiregap_written_bytes_total").if_known(counted),
     get<&Service::counters, &ServiceCounters::written_bytes>},
    {bytes("transmitted_bytes", "Payload bytes transmitted for the first time.").counter("wiregap_transmitted_bytes_total").if_known(counted),
     get<&Service::counters, &ServiceCounters::transmitted_bytes>},
    {bytes("acked_bytes", "Payload bytes that the peer acknowledged.").counter("wiregap_acked_bytes_total").if_known(counted),
     get<&Service::counters, &ServiceCounters::acked_bytes>},
    {bytes_per_second("acked_bytes_per_second", "Payload bytes acknowledged per second since the previous tick; absent at the first tick.").if_known(counted),
     get<&Service::acked_bytes_per_second>},
    {bytes("retransmitted_bytes", "Payload bytes retransmitted.").counter("wiregap_retransmitted_bytes_total").if_known(knows<&Known::retransmits>),
     get<&Service::counters, &ServiceCounters::retransmitted_bytes>},
    {count("dropped_segments.*", "Segments that this host dropped on their way out, by what dropped them: a queueing discipline, a filter, for want of a route or of the next hop's address, or something else.")
     .counter("wiregap_host_dropped_segments_total", {"by"}).if_known(knows<&Known::host_drops>),
     each<model::HostDrop, &Service::counters, &ServiceCounters::dropped_segments>},
    };
}
// clang-format on

}  // namespace wiregap::view
