// SPDX-License-Identifier: Apache-2.0
// Comparisons that several scenarios make.
#pragma once

#include <cstdint>
#include <vector>

#include "tests/truth/session.h"

namespace wiregap::truth {

/// Between which two delays the truth lies: the calls that began and ended the wait took time.
struct Bracket {
    std::uint64_t low_ns = 0;
    std::uint64_t high_ns = 0;
};
Bracket mean(const std::vector<Bracket>& brackets);

/// Before 5.11 tracing programs have no spin lock, and one that was interrupted while it held ours
/// is not waited for: a late write may then leave unseen, which is counted, without a delay.
bool kernel_has_spin_lock();

/// So many bytes were written, and all of them are acknowledged.
void expect_delivered(Session& session, const View& view, std::uint64_t bytes);
/// So many write() calls took something; how many of them were late is not said.
void expect_writes(Session& session, const View& view, std::uint64_t calls);
/// Exactly so many calls late, so many at once, and every late one in the histogram or, without a
/// spin lock, among those that wiregap counts as lost.
void expect_departures(Session& session, const View& view, std::uint64_t at_once,
                       std::uint64_t late);
/// The mean delay of late writes lies in the bracket, widened by the session's tolerance.
void expect_late_mean(Session& session, const View& view, const Bracket& truth);
/// A service with one connection: every gauge of it is what the kernel says of that socket.
void expect_gauges(Session& session, const View& service, const SocketTruth& truth);
/// The connection's row is what the kernel says of that socket.
void expect_row(Session& session, const View& connection, const SocketTruth& truth);
/// The three sources of the truth say the same.
void expect_consistent(Session& session, const SocketTruth& truth);

}  // namespace wiregap::truth
