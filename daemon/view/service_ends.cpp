// SPDX-License-Identifier: Apache-2.0
#include "daemon/model/service_sums.h"
#include "daemon/view/tables.h"
#include "daemon/view/take.h"

namespace wiregap::view {
namespace {

using model::CloseCause;
using model::Service;
using model::ServiceCounters;

void connections(const Service& s, const Known&, Sink& sink) {
    for (const unsigned state : model::connection_states)
        give(sink, {model::tcp_state_name(state)}, s.gauges.connections.at(state));
}

}  // namespace

// clang-format off
ServiceFields service_ends() {
    constexpr Predicate lifecycle = knows<&Known::lifecycle>;
    return {
    {count("connections.*", "TCP connections by state.").gauge("wiregap_connections", {"state"}), connections},
    {count("open_connections", "TCP connections in all states that can hold bytes."),
     [](const Service& s, const Known&, Sink& sink) { give(sink, {}, open_connections(s.gauges)); }},
    {count("connections_opened", "Connections established; accepted ones are counted at accept(), where that is seen.")
     .counter("wiregap_connections_opened_total").if_known(lifecycle),
     get<&Service::counters, &ServiceCounters::opened>},
    {count("connections_closed.*", "Connections that ended, by cause.").counter("wiregap_connections_closed_total", {"cause"}).if_known(lifecycle),
     each<CloseCause, &Service::counters, &ServiceCounters::closed>},
    {bytes("undelivered_bytes.*", "Bytes that write() accepted and the peer had not acknowledged when the connection ended, by cause.")
     .counter("wiregap_undelivered_bytes_total", {"cause"}).if_known(lifecycle),
     each<CloseCause, &Service::counters, &ServiceCounters::undelivered_bytes>},
    {bytes("undelivered_all_bytes", "Bytes that write() accepted and the peer had not acknowledged when the connection ended, for all causes.").if_known(lifecycle),
     [](const Service& s, const Known&, Sink& sink) { give(sink, {}, model::undelivered_bytes(s.counters)); }},
    {count("undelivered_connections.*", "Connections that ended with undelivered bytes, by cause.")
     .counter("wiregap_undelivered_connections_total", {"cause"}).if_known(lifecycle),
     each<CloseCause, &Service::counters, &ServiceCounters::undelivered_connections>},
    };
}
// clang-format on

}  // namespace wiregap::view
