// SPDX-License-Identifier: Apache-2.0
// What scenarios about reasons share: comparison with the truth, and the line of the matrix.
#pragma once

#include <cstdint>
#include <string>

#include "tests/truth/held_truth.h"
#include "tests/truth/link.h"
#include "tests/truth/session.h"

namespace wiregap::truth {

/// held_seconds of a service: the reason has the largest share, all reasons together lie within the
/// truth, unknown has less than 2 %. `events`: how many times the bytes were held, each with the
/// session's slack. Prints the matrix' line.
void expect_reason(Session& session, const View& view, const std::string& reason,
                   const HeldTime& truth, unsigned events = 1);
double held_sum(const View& view);
/// False, with a skip that says so, if the back end does not know why bytes are held.
bool knows_reasons(Session& session, const View& view);

/// A queue discipline on loopback for what comes from or goes to one port, as long as this lives,
/// with an Ethernet's MTU. Everything else, wiregapd's HTTP too, passes by. Only where there is a
/// tc and the device is ours: in the VMs.
class Qdisc {
  public:
    Qdisc(const std::string& discipline, std::uint16_t port);
    Qdisc(const Qdisc&) = delete;
    Qdisc& operator=(const Qdisc&) = delete;
    ~Qdisc();
    /// The same discipline with other parameters; what is queued stays.
    void change(const std::string& discipline);
};
/// A writer that is bound by its buffer over a path that delays: the buffer takes a few segments,
/// fewer than cwnd has at the beginning.
Link small_buffer_link(const Listener& listener);
/// 100 kB over it, read as they come. In small writes, as a large one is taken 64 kB at a time,
/// whatever the limit is. How long the calls took.
double send_in_small_writes(const Link& link);
/// False, with a skip that says so, where there is no qdisc to be had.
bool has_qdiscs(Session& session);

}  // namespace wiregap::truth
