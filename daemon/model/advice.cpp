// SPDX-License-Identifier: Apache-2.0
#include <array>

#include "daemon/model/explain.h"

namespace wiregap::model {

Advice advice_for(Verdict verdict) noexcept {
    static constexpr std::array<Advice, verdicts> table{{
        {"The peer's: its program has stopped reading.",
         "Look at the process at the peer's end: is it stopped, stuck or dead? Bound what it may "
         "cost (output-buffer limit, write timeout), or close the connection."},
        {"The peer's: it reads more slowly than this side writes.",
         "Make the reader faster or send it less. A larger receive buffer there helps only against "
         "bursts."},
        {"The network's: the path loses packets, or the peer's host no longer answers.",
         "Look for loss on the path (ip -s link, tc -s qdisc, switch counters) and whether the "
         "peer's host is up. A write timeout (TCP_USER_TIMEOUT) bounds the wait."},
        {"The network's: the path carries no more.",
         "More bandwidth or fewer bytes; on long paths another congestion control (BBR) may use "
         "more of it."},
        {"This host's: its queue, driver or a rate that was set here holds the bytes.",
         "Look at tc -s qdisc (backlog, a shaper), SO_MAX_PACING_RATE, the NIC's speed and its "
         "queues."},
        {"This host's: small writes are kept back to fill a segment.",
         "Set TCP_NODELAY or write each message at once; uncork (TCP_CORK, MSG_MORE) when a "
         "message "
         "ends."},
        {"This host's: the send buffer is smaller than what the path can carry.",
         "Do not set SO_SNDBUF, or set it to bandwidth times round-trip time; raise "
         "net.ipv4.tcp_wmem."},
        {"The application's: the send queue has room and nobody writes.",
         "Look at the application's event loop: a long command, or EPOLLOUT that is not armed or "
         "not served."},
        {"Nobody's.", "Nothing."},
        {"Nobody's.", "Nothing."},
    }};
    return table.at(static_cast<std::size_t>(verdict));
}

}  // namespace wiregap::model
