// SPDX-License-Identifier: Apache-2.0
// Why a connection's bytes wait.
#include "daemon/view/tables.h"
#include "daemon/view/take.h"

namespace wiregap::view {

using model::Connection;

// clang-format off
ConnectionFields connection_holds() {
    constexpr Predicate held = knows<&Known::held>;
    return {
    {bytes("egress_bytes", "Memory of the segments in this host's qdisc and driver (truesize, sk_wmem_alloc).").if_known(held),
     get<&Connection::egress_bytes>},
    {bytes("egress_payload_bytes", "Payload bytes in this host's qdisc and driver, a part of unacked; estimated from the memory they take.").if_known(held),
     [](const Connection& c, const Known&, Sink& sink) { give(sink, {}, egress_payload_bytes(c)); }},
    {bytes("reply_backlog_bytes", "Bytes that the application produced and no write() has accepted; absent if no source reports them."),
     get<&Connection::reply_backlog_bytes>},
    {flag("peer_zero_window", "The peer's receive window is closed."), get<&Connection::peer_zero_window>},
    {flag("own_zero_window", "This end's receive window is closed: the local program does not read.").if_known(held),
     get<&Connection::own_zero_window>},
    {flag("in_recovery", "The connection is in loss recovery."), get<&Connection::in_recovery>},
    {flag("writer_waits", "A writer found no room to write and has written nothing since.").if_known(held),
     get<&Connection::writer_waits>},
    {flag("paced_by_cc", "Congestion control chose the pacing rate; SO_MAX_PACING_RATE does not limit it.").if_known(held),
     get<&Connection::paced_by_cc>},
    {bytes_per_second("pacing_rate_bytes_per_second", "Pacing rate; absent if there is none.").if_known(held),
     [](const Connection& c, const Known&, Sink& sink) { if (c.pacing_rate != 0) give(sink, {}, c.pacing_rate); }},
    {count("dropped_segments", "Segments of it that this host dropped on their way out.").if_known(knows<&Known::host_drops>),
     get<&Connection::dropped_segments>},
    {count("unanswered_probes", "Probes of the peer's closed window that were not answered; one may still be on its way."),
     get<&Connection::unanswered_probes>},
    {text("silent_next_hop", "Address of the next hop, if it does not answer; absent if it does."),
     [](const Connection& c, const Known&, Sink& sink) { if (!c.silent_next_hop.empty()) give(sink, {}, c.silent_next_hop); }},
    {text("reason", "Why notsent bytes are held now; absent if there are none.").if_known(held),
     get<&Connection::reason>},
    };
}
// clang-format on

}  // namespace wiregap::view
