// SPDX-License-Identifier: Apache-2.0
#include "tests/truth/ended.h"

#include <poll.h>

#include <array>
#include <stdexcept>

namespace wiregap::truth {

namespace {

constexpr std::array<const char*, 4> causes{"fin", "reset_by_peer", "reset_by_us", "timeout"};

void expect_cause(Session& session, const View& view, const std::string& cause,
                  const Ended& ended) {
    const bool this_one = cause == ended.cause;
    const bool any_lost = this_one && ended.undelivered_bytes > 0;
    session.expect(view, "/connections_closed/" + cause, this_one ? 1 : 0);
    session.expect(view, "/undelivered_bytes/" + cause, this_one ? ended.undelivered_bytes : 0);
    session.expect(view, "/undelivered_connections/" + cause, any_lost ? 1 : 0);
}

}  // namespace

void expect_ended(Session& session, const View& view, const Ended& ended) {
    for (const char* gauge : {"/connections/established", "/notsent_bytes", "/unacked_bytes",
                              "/send_buffer_used_bytes", "/send_buffer_limit_bytes"})
        session.expect(view, gauge, 0);
    if (!session.sees_deaths()) return;
    for (const char* cause : causes) expect_cause(session, view, cause, ended);
    session.expect(view, "/written_bytes", ended.written_bytes);
    session.expect(view, "/acked_bytes", ended.written_bytes - ended.undelivered_bytes);
    session.expect(view, "/connections_opened", 1);
    session.expect_identities(view);
}

void wait_dead(int fd) {
    pollfd entry{.fd = fd, .events = 0, .revents = 0};
    must(::poll(&entry, 1, 60'000), "poll");
    if ((entry.revents & (POLLERR | POLLHUP)) == 0)
        throw std::runtime_error("the connection did not end within 60 s");
}

Queued queue_up(Session& session, const Link& link) {
    Queued queued{.filled = fill(link.accepted.get()), .truth = {}};
    queued.truth = socket_truth(link.accepted.get());
    expect_consistent(session, queued.truth);
    session.consistent("something waits", queued.truth.notsent_bytes > 0 ? 1 : 0, 1);
    return queued;
}

Ended lost(const char* cause, const Queued& queued) {
    return {.cause = cause,
            .written_bytes = queued.filled.accepted_bytes,
            .undelivered_bytes = queued.truth.send_queue_bytes};
}

void expect_both_ended(Session& session, const Listener& listener, const Ended& server,
                       const Ended& client) {
    const Picture picture = session.settled_on(listener.port());
    expect_ended(session, session.service(picture, {.port = listener.port()}), server);
    // A listener lives on; a client that came and went between two looks was never seen.
    if (!session.has_hook("inet_sock_set_state")) return;
    expect_ended(session, session.service(picture, {.port = listener.port(), .role = "client"}),
                 client);
}

}  // namespace wiregap::truth
