// SPDX-License-Identifier: Apache-2.0
// One word for a connection, whose problem that is, and the numbers that prove it.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "daemon/model/interval.h"

namespace wiregap::model {

/// In order of priority: the first that holds is the verdict, and a smaller one is the worse.
enum class Verdict : std::uint8_t {
    peer_stalled,     ///< the peer's window is closed, bytes are queued, nothing is acknowledged
    peer_slow,        ///< held mostly by the peer's window
    network_lossy,    ///< held by cwnd with losses, or what was sent is not answered
    network_limited,  ///< held mostly by cwnd or by congestion control's own pacing, no loss
    host_egress,  ///< held by a pacing rate that was set or small queues, or waits for the qdisc or
                  ///< driver
    coalescing,   ///< held by Nagle, cork, autocork or TSO deferral
    sndbuf_small,  ///< the writer lacks room, and neither cwnd nor the peer's window binds
    app_late,      ///< a reply backlog, and room in the send queue: nobody writes
    flowing,       ///< bytes move, nothing above its threshold
    idle,          ///< nothing anywhere
};
inline constexpr std::size_t verdicts = 10;
std::string_view to_string(Verdict verdict) noexcept;

/// Whose problem it is.
enum class Locus : std::uint8_t { peer, network, host, app, none };
inline constexpr std::size_t loci = 5;
std::string_view to_string(Locus locus) noexcept;
Locus locus_of(Verdict verdict) noexcept;

constexpr bool is_problem(Verdict verdict) noexcept { return verdict < Verdict::flowing; }
constexpr bool is_worse(Verdict a, Verdict b) noexcept { return a < b; }

/// What the verdict rests on.
enum class Basis : std::uint8_t {
    held_time,  ///< time by reason, counted in the kernel at each change
    chrono,     ///< the kernel's own chrono (rwnd, sndbuf) and the state at both ends
    state,      ///< the state now: seen for the first time, no interval yet
};
std::string_view to_string(Basis basis) noexcept;

struct Judgement {
    Verdict verdict = Verdict::idle;
    Basis basis = Basis::state;
    Interval evidence;             ///< the latest interval that gave this verdict
    double since_seconds = 0;      ///< for how long it has had this verdict
    double held_byte_seconds = 0;  ///< notsent and backlog times time, since it began to hold
};

/// Of one service. Seconds are connection-seconds; they survive their connections.
struct VerdictCounts {
    std::array<double, verdicts> seconds{};
    std::array<std::uint64_t, verdicts> connections{};
    bool backlog_known = false;  ///< some connection had a backlog source: app_late is possible
};

}  // namespace wiregap::model
