// SPDX-License-Identifier: Apache-2.0
// What happened to one connection between two snapshots, and what it holds at the second.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>

#include "daemon/model/drops.h"
#include "daemon/model/host_tcp.h"
#include "daemon/model/reason.h"

namespace wiregap::model {

struct Connection;

/// What the server that keeps a backlog says of its end.
struct BacklogOutlook {
    bool waits_for_snapshot = false;  ///< a replica whose snapshot has not been sent
    /// Beyond it the server closes the connection (client-output-buffer-limit); absent: none, or
    /// not known. Seconds until then at the present rate; absent where it does not grow.
    std::optional<std::uint64_t> limit_bytes{};
    std::optional<double> seconds_to_limit{};
};

struct Segments {
    double dropped = 0;     ///< by this host, but for the next
    double unresolved = 0;  ///< by this host, as the next hop does not resolve
    double resent = 0;
    double transmitted = 0;  ///< for the first time
};

/// What a difference needs to know of the earlier reading.
struct Mark {
    std::uint64_t taken_ns = 0;
    std::uint64_t cookie = 0;
    std::uint64_t acked_moved_ns = 0;  ///< last tick at which more was acknowledged than before
    std::uint64_t answered_ns = 0;     ///< last tick at which no probe of a closed window was open
    Segments recent;
    Segments since_ack;
    std::uint32_t dropped_segments = 0;
    HostDrop dropped_by = HostDrop::other;
    std::uint64_t sent_bytes = 0;
    std::uint64_t acked_bytes = 0;
    std::uint64_t retransmitted_bytes = 0;
    std::uint64_t rwnd_limited_us = 0;
    std::uint64_t sndbuf_limited_us = 0;
    HeldUnits held_units{};
    std::uint32_t notsent_bytes = 0;
    std::uint32_t egress_payload_bytes = 0;
    std::optional<Reason> reason;
    bool held_known = false;
    bool had_backlog = false;
    bool waited = false;  ///< something was notsent or unacked
    bool kernel_unknown = false;
};

/// The bytes of a difference are 0 where a counter seems to run backwards: two counters of a socket
/// are not read at one instant.
struct Interval {
    double seconds = 0;  ///< 0: seen for the first time, there is no difference yet
    std::uint64_t written_bytes = 0;
    std::uint64_t transmitted_bytes = 0;
    std::uint64_t acked_bytes = 0;
    std::uint64_t retransmitted_bytes = 0;
    bool held_known = false;  ///< false: held_seconds says nothing, the back end does not count it
    std::array<float, reasons> held_seconds{};
    double rwnd_limited_seconds = 0;    ///< kernel chrono
    double sndbuf_limited_seconds = 0;  ///< kernel chrono
    double seconds_without_ack = 0;     ///< bytes are queued and none has been acknowledged
    double egress_wait_seconds = 0;     ///< of the bytes between qdisc and driver, from their rate
    double seconds_without_answer = 0;  ///< of probes of the peer's closed window
    std::uint32_t unanswered_probes = 0;
    std::optional<double> gives_up_seconds;  ///< until the kernel does; absent: not known
    std::uint32_t user_timeout_ms = 0;       ///< TCP_USER_TIMEOUT, which decides that; 0: none
    Segments recent;                         ///< what lies five seconds back counts half
    Segments since_ack;  ///< since something was acknowledged, while something is outstanding
    HostDrop dropped_by = HostDrop::other;  ///< the last of `dropped`
    std::string silent_next_hop{};          ///< as in Connection
    std::optional<HostTcp> host_tcp{};      ///< as in Connection
    std::uint32_t notsent_bytes = 0;
    std::uint32_t unacked_bytes = 0;
    std::uint32_t send_buffer_used_bytes = 0;   ///< truesize
    std::uint32_t send_buffer_limit_bytes = 0;  ///< truesize
    std::uint64_t cwnd_bytes = 0;               ///< cwnd in segments of mss_bytes
    std::uint32_t rwnd_bytes = 0;
    std::uint32_t mss_bytes = 0;
    std::optional<Reason> reason;         ///< at its end; inferred where the back end has none
    std::optional<Reason> reason_before;  ///< at its beginning
    bool peer_zero_window = false;
    bool own_zero_window = false;
    bool in_recovery = false;
    bool writer_waits = false;
    bool paced_by_cc = false;                          ///< as in Connection
    std::uint64_t pacing_rate = 0;                     ///< bytes per second; 0: not known
    bool had_backlog = false;                          ///< at its beginning
    std::optional<std::uint64_t> reply_backlog_bytes;  ///< absent: no source knows
    BacklogOutlook backlog_outlook{};
};

/// What the state of a socket says about its notsent bytes: rwnd, cwnd, nagle, or nothing.
/// Window and cwnd as tcp_write_xmit tests them (net/ipv4/tcp_output.c); segments are taken as
/// full.
std::optional<Reason> infer_reason(const Connection& connection);

/// Bytes in qdisc or driver as payload: egress_bytes is truesize, scaled as the send buffer is.
std::uint32_t egress_payload_bytes(const Connection& connection);

/// before: the mark of the reading before, null at the first one. now_ns: CLOCK_MONOTONIC.
Interval interval_between(const Mark* before, const Connection& now, std::uint64_t now_ns);

/// False: the addresses are the same, and another connection has them now.
bool is_same_connection(const Mark& before, const Connection& now);

/// The mark of `now`, to be kept for the next interval. since: the interval that ends now.
Mark mark_of(const Mark* before, const Connection& now, const Interval& since,
             std::uint64_t now_ns);

}  // namespace wiregap::model
