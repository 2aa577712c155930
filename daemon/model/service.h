// SPDX-License-Identifier: Apache-2.0
// A service: what people page about. Its identity, its name, its counters and its gauges.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/model/drops.h"
#include "daemon/model/histogram.h"
#include "daemon/model/reason.h"
#include "daemon/model/verdict.h"

namespace wiregap::model {

/// Side of the connections: `server` are accepted ones (port = the listener's), `client` are
/// outgoing ones (port = the remote one).
enum class Role : std::uint8_t { server, client };
std::string_view to_string(Role role) noexcept;

/// Why a connection ended; bytes that it took with it are counted under the same cause.
enum class CloseCause : std::uint8_t { fin, reset_by_peer, reset_by_us, timeout };
inline constexpr std::size_t close_causes = 4;
std::string_view to_string(CloseCause cause) noexcept;

/// What write() did not take.
enum class Shortfall : std::uint8_t { partial, would_block, error };
inline constexpr std::size_t shortfalls = 3;
std::string_view to_string(Shortfall kind) noexcept;

/// The system calls that write.
enum class WriteCall : std::uint8_t { write, writev, sendto, sendmsg, sendmmsg, sendfile, splice };
inline constexpr std::size_t write_call_kinds = 7;
std::string_view to_string(WriteCall call) noexcept;

/// States of include/net/tcp_states.h; index = the kernel's number (1 ESTABLISHED .. 11 CLOSING).
inline constexpr std::size_t tcp_states = 13;
std::string_view tcp_state_name(unsigned state) noexcept;

/// Those in which a socket is a connection that can hold bytes. Listeners, closed sockets and the
/// small TIME_WAIT and NEW_SYN_RECV sockets are not.
inline constexpr std::array<unsigned, 8> connection_states{1, 2, 3, 4, 5, 8, 9, 11};

/// Memory of a control group, in bytes.
struct GroupMemory {
    std::string group;              ///< its path: "/system.slice/web.service"
    std::uint64_t bytes = 0;        ///< that the kernel cannot take back, as it could a page cache
    std::uint64_t limit_bytes = 0;  ///< memory.max
};

/// Who owns the listener (server) or made the connection (client). Empty or 0 = not known.
struct Owner {
    std::uint32_t pid = 0;
    std::string comm;       ///< process name, at most 15 characters
    std::string unit;       ///< systemd unit without ".service", if it runs in one
    std::string container;  ///< first 12 characters of the container's id, if it runs in one
    std::optional<GroupMemory> memory{};  ///< read only of those who leave much unread
};

/// Counts since the daemon began to watch; they survive the sockets that made them.
/// written = acked + notsent + unacked + undelivered, to the byte when quiescent.
struct ServiceCounters {
    std::uint64_t written_bytes = 0;
    std::uint64_t transmitted_bytes = 0;
    std::uint64_t acked_bytes = 0;
    std::uint64_t retransmitted_bytes = 0;
    std::uint64_t writes_at_once = 0;
    std::uint64_t writes_late = 0;
    std::array<std::uint64_t, shortfalls> write_shortfalls{};
    std::uint64_t opened = 0;
    std::array<std::uint64_t, close_causes> closed{};
    std::array<std::uint64_t, close_causes> undelivered_bytes{};
    std::array<std::uint64_t, close_causes> undelivered_connections{};
    /// Late writes only; a write that left at once counts as zero and is in writes_at_once.
    Histogram write_to_transmit;
    /// Time during which connections had notsent > 0, and the same times the bytes held, by why.
    std::array<double, reasons> held_seconds{};
    std::array<double, reasons> held_byte_seconds{};
    double unacked_byte_seconds = 0;      ///< integral of unacked over time, from the ticks
    double peer_zero_window_seconds = 0;  ///< part of held_seconds[rwnd]: the window was closed
    double own_zero_window_seconds = 0;   ///< we told the peer to stop: from the ticks
    double sndbuf_limited_seconds = 0;    ///< the kernel's own chrono; poll only
    Histogram egress_wait;                ///< qdisc to driver; sampled, none waited = 0
    Histogram transmit_to_ack;            ///< sampled
    Histogram write_blocked;              ///< each sleep of a blocking writer
    Histogram writable_wait;              ///< EAGAIN or partial to the next byte: buffer full
    Histogram lowat_wait;                 ///< the same, held back by TCP_NOTSENT_LOWAT
    Histogram accept_wait;                ///< ESTABLISHED to accept()
    std::vector<Histogram> write_calls;   ///< by WriteCall; empty unless the calls are watched
    std::uint64_t accept_overflows = 0;   ///< connections that a full accept queue turned away
    std::array<std::uint64_t, model::listener_drops> listener_drops{};
    std::array<std::uint64_t, host_drops> dropped_segments{};  ///< by this host, on their way out
};

/// Sums over the service's live connections, read from the kernel's own state.
struct ServiceGauges {
    std::uint64_t notsent_bytes = 0;
    std::uint64_t unacked_bytes = 0;
    std::uint64_t send_buffer_used_bytes = 0;   ///< truesize (sk_wmem_queued)
    std::uint64_t send_buffer_limit_bytes = 0;  ///< truesize (sk_sndbuf)
    double send_buffer_fill_ratio_max = 0;      ///< of the fullest connection; can exceed 1
    std::array<std::uint64_t, tcp_states> connections{};
    std::uint64_t egress_queue_bytes = 0;    ///< truesize (sk_wmem_alloc): qdisc and driver
    std::uint64_t egress_payload_bytes = 0;  ///< the same as payload, see egress_payload_bytes()
    std::uint64_t oldest_notsent_ns = 0;     ///< age of the oldest byte not sent; 0: none waits
    std::uint64_t receive_queue_bytes = 0;
    std::uint64_t own_zero_windows = 0;  ///< connections whose window we closed
    std::uint64_t accept_queue_length = 0;
    std::uint64_t accept_queue_limit = 0;
    double accept_queue_fill_ratio_max = 0;  ///< of the fullest listener
    std::uint64_t accept_drops = 0;          ///< since the listeners began (sk_drops)
};

/// What one backlog source says of a service's connections.
struct ReplyBacklog {
    std::string source;
    std::uint64_t bytes = 0;
    std::uint64_t connections = 0;  ///< with a backlog
    std::uint64_t snapshot_waiters =
        0;  ///< app_late, and only as a replica's snapshot is not sent yet
};

/// The service of what found no place.
constexpr std::string_view other_service = "other";

struct Service {
    std::string name;  ///< unique together with port and role; "other" collects the overflow
    std::uint16_t port = 0;
    Role role = Role::server;
    std::uint64_t netns_inode = 0;
    Owner owner;
    ServiceCounters counters;
    ServiceGauges gauges;
    std::vector<ReplyBacklog> reply_backlogs{};  ///< of sources that know some of its connections
    VerdictCounts verdicts;
    /// Since the walk before; absent at the first.
    std::optional<double> acked_bytes_per_second{};
};

}  // namespace wiregap::model
