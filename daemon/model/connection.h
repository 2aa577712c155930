// SPDX-License-Identifier: Apache-2.0
// One TCP connection as the kernel had it at a tick.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "daemon/model/host_tcp.h"
#include "daemon/model/reason.h"
#include "daemon/model/service.h"
#include "daemon/model/verdict.h"

namespace wiregap::model {

inline constexpr unsigned established_state = 1;  ///< the kernel's TCP_ESTABLISHED
inline constexpr unsigned close_wait_state = 8;   ///< the kernel's TCP_CLOSE_WAIT
inline constexpr unsigned last_ack_state = 9;     ///< the kernel's TCP_LAST_ACK
inline constexpr unsigned closing_state = 11;     ///< the kernel's TCP_CLOSING
inline constexpr unsigned syn_sent_state = 2;     ///< the kernel's TCP_SYN_SENT
inline constexpr unsigned listen_state = 10;      ///< the kernel's TCP_LISTEN

struct Endpoint {
    std::array<std::uint8_t, 16> address{};  ///< IPv4 in the first 4 bytes, network order
    bool ipv6 = false;
    std::uint16_t port = 0;  ///< host order
    bool operator==(const Endpoint&) const = default;
};

/// An IPv4-mapped IPv6 address as IPv4: the two ends of a connection may have it either way.
Endpoint unmapped(const Endpoint& endpoint) noexcept;
bool is_loopback(const Endpoint& endpoint) noexcept;

/// "127.0.0.1:6379" or "[::1]:6379"; an IPv4-mapped IPv6 address is shown as IPv4.
std::string to_string(const Endpoint& endpoint);

struct Connection {
    std::string service;
    std::uint16_t service_port = 0;
    Role role = Role::server;
    std::uint64_t netns_inode = 0;
    std::uint64_t cookie = 0;  ///< 0 where the kernel gave none
    unsigned state = 0;
    Endpoint local;
    Endpoint peer;
    std::uint32_t notsent_bytes = 0;
    std::uint32_t unacked_bytes = 0;
    std::uint32_t receive_queue_bytes = 0;
    std::uint32_t send_buffer_used_bytes = 0;
    std::uint32_t send_buffer_limit_bytes = 0;
    std::uint32_t cwnd_segs = 0;
    std::uint32_t rwnd_bytes = 0;
    std::uint32_t mss_bytes = 0;
    std::uint32_t srtt_us = 0;
    std::uint64_t retransmitted_bytes = 0;
    std::uint64_t acked_bytes = 0;
    std::uint64_t sent_bytes = 0;    ///< retransmissions included
    std::uint32_t egress_bytes = 0;  ///< handed to the qdisc or driver, truesize (sk_wmem_alloc)
    bool peer_zero_window = false;   ///< the peer's window is closed
    bool own_zero_window = false;    ///< we closed ours: the local reader is late
    bool in_recovery = false;        ///< loss recovery (icsk_ca_state Recovery or Loss)
    bool writer_waits = false;       ///< a writer found no room and has not been served since
    /// Pacing is by the rate that congestion control took from the path, and not by one that was
    /// set (SO_MAX_PACING_RATE).
    bool paced_by_cc = false;
    std::uint64_t pacing_rate = 0;          ///< bytes per second; 0: not known
    std::uint32_t dropped_segments = 0;     ///< on their way out, by this host; 0 where not known
    HostDrop dropped_by = HostDrop::other;  ///< the last of them
    std::uint32_t unanswered_probes = 0;    ///< of a closed window (icsk_probes_out)
    std::uint32_t backoff = 0;              ///< how often the timer in force was doubled
    std::uint32_t retries = 0;      ///< tcp_retries2: so many, then it is given up; 0: not known
    std::uint32_t rto_us = 0;       ///< of that timer, not doubled
    std::string silent_next_hop{};  ///< its address, where it does not answer; else empty
    std::optional<HostTcp> host_tcp{};  ///< only while the host is short of TCP memory
    std::uint32_t user_timeout_ms = 0;  ///< TCP_USER_TIMEOUT; 0: none
    bool held_known = false;            ///< the back end counts held time by reason
    std::optional<Reason> reason;       ///< why the notsent bytes are held now, if known
    HeldUnits held_units{};             ///< see HeldUnits; zero unless held_known
    std::uint64_t rwnd_limited_us = 0;  ///< the kernel's own chrono, 4 ms steps
    std::uint64_t sndbuf_limited_us = 0;
    /// Since when the oldest byte that is still notsent has waited; absent if none waits or if the
    /// back end does not know.
    std::optional<std::uint64_t> oldest_notsent_ns;
    /// Bytes that the application has produced and no write() has accepted; absent where nobody
    /// says it (daemon/backlog).
    std::optional<std::uint64_t> reply_backlog_bytes;
    std::string backlog_source{};  ///< who says it: "embedded"
    BacklogOutlook backlog_outlook{};
    /// A backlog source names it, and the kernel holds nothing of it: its counters are not known.
    bool kernel_unknown = false;
    Owner owner;
    bool owner_of_service = false;  ///< whose process it is is not known: `owner` is its service's
    Judgement judgement;
};

/// So much unread, or a window that was closed for it, is no moment between two reads. As
/// WG_MUCH_UNREAD_BYTES.
constexpr bool leaves_unread(const Connection& c) noexcept {
    constexpr std::uint32_t much_bytes = 16384;
    return c.own_zero_window || c.receive_queue_bytes >= much_bytes;
}

/// Bytes wait in it, to be sent, acknowledged or read: such connections are listed one by one.
constexpr bool holds_bytes(const Connection& c) noexcept {
    return c.notsent_bytes > 0 || c.unacked_bytes > 0 || leaves_unread(c);
}

/// Adds one connection to its service's sums.
void add_connection(ServiceGauges& gauges, const Connection& connection);

/// The same of a listener: connections that wait for accept(), how many may, and how many it has
/// dropped. At a fill of 1 it turns connections away: one more than the limit fits
/// (sk_acceptq_is_full, include/net/sock.h).
void add_listener(ServiceGauges& gauges, std::uint64_t length, std::uint64_t limit,
                  std::uint64_t drops);

/// Indexes of those that have held most bytes for longest, worst first; so many at most.
std::vector<std::size_t> worst_first(const std::vector<Connection>& connections, std::size_t most);

/// Used by limit, can exceed 1; absent where there is no limit.
std::optional<double> fill_ratio_of(const Connection& connection);

}  // namespace wiregap::model
