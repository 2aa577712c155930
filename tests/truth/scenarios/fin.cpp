// SPDX-License-Identifier: Apache-2.0
// Connections that end with a FIN, or with a FIN that never got through.
#include <sys/socket.h>

#include "tests/truth/ended.h"
#include "tests/truth/scenario.h"

namespace wiregap::truth {

namespace {

void fin_clean(Session& session) {
    constexpr std::size_t bytes = 1000;
    const Listener listener;
    Link link = listener.connect();
    write_all(link.accepted.get(), bytes);
    must(::shutdown(link.accepted.get(), SHUT_WR), "shutdown");
    session.consistent("bytes read", read_to_end(link.connecting.get()), bytes);
    must(::shutdown(link.connecting.get(), SHUT_WR), "shutdown");
    session.consistent("bytes of the client", read_to_end(link.accepted.get()), 0);
    link.accepted.reset();
    link.connecting.reset();
    expect_both_ended(session, listener, {.cause = "fin", .written_bytes = bytes},
                      {.cause = "fin"});
}

// Our close() comes first: the socket lives on without an owner, its FIN behind the queue. A FIN
// takes a sequence number but is not a byte that anybody wrote.
void fin_with_queue_then_reset(Session& session) {
    const Listener listener;
    Link link = listener.connect();
    const Queued queued = queue_up(session, link);
    link.accepted.reset();
    const View orphan = session.settled_service({.port = listener.port()});
    session.expect(orphan, "/connections/fin_wait1", 1);
    session.expect(orphan, "/notsent_bytes", queued.truth.notsent_bytes);
    session.expect(orphan, "/unacked_bytes", queued.truth.unacked_bytes());
    session.expect_identities(orphan);
    link.connecting.reset();
    expect_both_ended(session, listener, lost("reset_by_peer", queued), {.cause = "reset_by_us"});
}

// As above, but the peer reads everything in the end: a FIN, and nothing is lost.
void fin_with_queue_then_read(Session& session) {
    const Listener listener;
    Link link = listener.connect();
    const Queued queued = queue_up(session, link);
    link.accepted.reset();
    session.consistent("bytes read", read_to_end(link.connecting.get()),
                       queued.filled.accepted_bytes);
    link.connecting.reset();
    expect_both_ended(session, listener,
                      {.cause = "fin", .written_bytes = queued.filled.accepted_bytes},
                      {.cause = "fin"});
}

}  // namespace

std::vector<Scenario> fin_scenarios() {
    return {
        {"fin_clean", "both sides close gracefully", fin_clean},
        {"fin_with_queue_then_reset", "close() with a queue, then a reset",
         fin_with_queue_then_reset},
        {"fin_with_queue_then_read", "close() with a queue that is read", fin_with_queue_then_read},
    };
}

}  // namespace wiregap::truth
