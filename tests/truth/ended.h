// SPDX-License-Identifier: Apache-2.0
// How a connection ended, and what it must have left behind: undelivered to the byte.
#pragma once

#include <cstdint>
#include <string>

#include "tests/truth/expectations.h"
#include "tests/truth/link.h"

namespace wiregap::truth {

/// What one ended connection must have left behind.
struct Ended {
    std::string cause;  ///< "fin", "reset_by_peer", "reset_by_us" or "timeout"
    std::uint64_t written_bytes = 0;
    std::uint64_t undelivered_bytes = 0;
};

/// A queue on the accepted side that stands still, because the peer does not read.
struct Queued {
    Filled filled;
    SocketTruth truth;
};

Queued queue_up(Session& session, const Link& link);
/// The whole queue is lost for this cause.
Ended lost(const char* cause, const Queued& queued);

/// Waits until the connection is over for its owner (POLLERR, POLLHUP); throws after 60 s.
void wait_dead(int fd);

/// The service had one connection, and it is over.
void expect_ended(Session& session, const View& view, const Ended& ended);
/// Both sides of the listener's one connection.
void expect_both_ended(Session& session, const Listener& listener, const Ended& server,
                       const Ended& client);

}  // namespace wiregap::truth
