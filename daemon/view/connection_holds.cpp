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
    {bytes("egress_bytes", "Memory of segments handed to the host's queue or driver and not yet out (truesize, sk_wmem_alloc).").if_known(held),
     get<&Connection::egress_bytes>},
    {bytes("egress_payload_bytes", "The same as payload, a part of unacked; from the memory, in proportion.").if_known(held),
     [](const Connection& c, const Known&, Sink& sink) { give(sink, {}, egress_payload_bytes(c)); }},
    {bytes("reply_backlog_bytes", "Bytes that the application produced and no write() has accepted; absent where nobody says it."),
     get<&Connection::reply_backlog_bytes>},
    {flag("peer_zero_window", "The peer's window is closed."), get<&Connection::peer_zero_window>},
    {flag("own_zero_window", "Ours is: the local program does not read.").if_known(held),
     get<&Connection::own_zero_window>},
    {flag("in_recovery", "In loss recovery."), get<&Connection::in_recovery>},
    {flag("writer_waits", "A writer found no room and has not been served since.").if_known(held),
     get<&Connection::writer_waits>},
    {flag("paced_by_cc", "The pacing rate is congestion control's, and nobody set one.").if_known(held),
     get<&Connection::paced_by_cc>},
    {bytes_per_second("pacing_rate_bytes_per_second", "Pacing rate; absent where there is none.").if_known(held),
     [](const Connection& c, const Known&, Sink& sink) { if (c.pacing_rate != 0) give(sink, {}, c.pacing_rate); }},
    {text("reason", "Why its notsent bytes are held now; absent if none are.").if_known(held),
     get<&Connection::reason>},
    };
}
// clang-format on

}  // namespace wiregap::view
