// SPDX-License-Identifier: Apache-2.0
// What a service holds on this host, and its worst verdict: the sums that several views show.
#pragma once

#include <cstdint>
#include <numeric>
#include <optional>

#include "daemon/model/connection.h"
#include "daemon/model/service.h"

namespace wiregap::model {

/// Of every cause.
inline std::uint64_t undelivered_bytes(const ServiceCounters& counters) {
    const auto& causes = counters.undelivered_bytes;
    return std::accumulate(causes.begin(), causes.end(), std::uint64_t{0});
}

/// Reply backlog of all its connections; absent if no source knows of any.
inline std::optional<std::uint64_t> reply_backlog_bytes(const Service& service) {
    std::optional<std::uint64_t> sum;
    for (const ReplyBacklog& backlog : service.reply_backlogs) {
        sum = sum.value_or(0) + backlog.bytes;
    }
    return sum;
}

/// Not yet transmitted: reply backlog and notsent.
inline std::uint64_t held_bytes(const Service& service) {
    return service.gauges.notsent_bytes + reply_backlog_bytes(service).value_or(0);
}

inline std::uint64_t held_bytes(const Connection& connection) {
    return connection.notsent_bytes + connection.reply_backlog_bytes.value_or(0);
}

/// Connections in all states in which one can hold bytes.
inline std::uint64_t open_connections(const ServiceGauges& gauges) {
    std::uint64_t sum = 0;
    for (const unsigned state : connection_states) sum += gauges.connections.at(state);
    return sum;
}

/// The worst verdict that any of its connections has now.
inline Verdict worst_verdict(const VerdictCounts& counts) noexcept {
    for (std::size_t i = 0; i < verdicts; ++i) {
        if (counts.connections.at(i) > 0) return static_cast<Verdict>(i);
    }
    return Verdict::idle;
}

}  // namespace wiregap::model
