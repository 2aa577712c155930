// SPDX-License-Identifier: Apache-2.0
// The picture of one tick. It is made once, never changed, and every view sees only this.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "daemon/model/connection.h"
#include "daemon/model/held_history.h"
#include "daemon/model/host_tcp.h"
#include "daemon/model/resp_server.h"
#include "daemon/model/service.h"
#include "daemon/model/verdict_change.h"

namespace wiregap::model {

/// What the back end in force can know. A metric whose source is unknown is absent, never zero.
struct Known {
    bool byte_counters = false;  ///< written, transmitted, acked
    bool retransmits = false;    ///< retransmitted bytes
    bool host_drops = false;     ///< segments that this host dropped itself
    bool departures = false;     ///< writes_total{departure}, write_to_transmit
    bool would_block = false;    ///< shortfalls of kind would_block and error
    bool partial = false;        ///< shortfalls of kind partial
    bool lifecycle = false;      ///< opened, closed by cause, undelivered
    bool held = false;           ///< held time by every reason
    bool held_rwnd = false;      ///< held time by rwnd alone, and by sndbuf: the kernel's chrono
    bool egress = false;         ///< egress_wait_seconds
    bool acks = false;           ///< transmit_to_ack_seconds
    bool writable = false;       ///< writable_wait_seconds
    bool blocked = false;        ///< write_blocked_seconds
    bool accept_queue = false;   ///< accept queue's length, limit and overflows
    bool accept_wait = false;    ///< accept_wait_seconds
    bool write_calls = false;    ///< write_call_seconds
};

/// All that any back end knows; held_rwnd is what remains of held where that is not known.
constexpr Known everything_known() noexcept {
    Known all;
    for (bool Known::*what :
         {&Known::byte_counters, &Known::retransmits, &Known::host_drops, &Known::departures,
          &Known::would_block, &Known::partial, &Known::lifecycle, &Known::held, &Known::egress,
          &Known::acks, &Known::writable, &Known::blocked, &Known::accept_queue,
          &Known::accept_wait, &Known::write_calls}) {
        all.*what = true;
    }
    return all;
}

/// One hook that wiregap wanted: what it got, and what is lost without it.
struct Hook {
    std::string name;       ///< kernel function or tracepoint: "sock_send_length"
    std::string mechanism;  ///< "fentry", "fexit", "tp_btf", "iter"
    std::string program;    ///< BPF program: "tp_sock_send_length"
    bool attached = false;
    std::string reason;  ///< why not, and what to do; empty when attached
    std::string loses;   ///< what is not known without it
};

struct ProgramRuns {
    std::string program;
    std::uint64_t runs = 0;
    double run_seconds = 0;  ///< estimated: one run in many is timed
};

struct MapFill {
    std::string map;
    std::uint64_t entries = 0;
    std::uint64_t capacity = 0;
};

/// The monitor about itself.
struct Self {
    std::string backend;         ///< "fentry", "tracepoint" or "poll"
    std::string backend_reason;  ///< why not a better one; empty if it is the best
    std::vector<Hook> hooks;
    std::vector<ProgramRuns> programs;
    std::vector<MapFill> maps;
    std::map<std::string, std::uint64_t> lost;  ///< by what: every kind is present from the start
    double tick_seconds = 0;                    ///< how long the last tick took
};

/// So many of the worst are shown to those who may see connections.
inline constexpr std::size_t worst_connections = 10;

struct Snapshot {
    std::uint64_t sequence = 0;     ///< 1, 2, 3 ..
    std::uint64_t taken_ns = 0;     ///< CLOCK_MONOTONIC, when reading the kernel began
    double taken_unix_seconds = 0;  ///< the same moment, for people
    double tick_interval_seconds = 1;
    Known known{};
    Self self{};
    std::vector<Service> services{};  ///< sorted by name, port, role; "other" included when used
    std::vector<Connection>
        connections{};  ///< those that hold bytes or leave much unread, most notsent first
    bool connections_truncated = false;
    std::optional<HostTcp> host_tcp{};
    std::vector<BacklogSource> backlog_sources{};
    std::optional<RespServer> resp{};  ///< the embedded server, if there is one
    /// Indexes of `connections`: the worst by held byte-seconds, worst first; at most
    /// worst_connections, or Thresholds::top_connections if that is more.
    std::vector<std::size_t> worst{};
    std::size_t worst_with_series = 0;             ///< so many of them are in /metrics too
    std::vector<VerdictChange> verdict_changes{};  ///< at this tick
    HeldByLocus held_now{};
    HeldSteps held_history{};  ///< of the last ten minutes
};

using SnapshotPtr = std::shared_ptr<const Snapshot>;

}  // namespace wiregap::model
