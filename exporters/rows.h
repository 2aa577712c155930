// SPDX-License-Identifier: Apache-2.0
// What the files of rows (rows_*.cpp) share: how a row is written down, and what may be unknown.
#pragma once

#include <initializer_list>
#include <span>
#include <string_view>

#include "exporters/metric_table.h"

namespace wiregap::exporters {

using model::Known;
using model::Service;

using Labels = std::array<std::string_view, 5>;
using Predicate = bool (*)(const Known&);

constexpr MetricRow service_row(std::string_view name, MetricKind kind, Labels labels,
                                std::string_view help, Predicate known,
                                void (*take)(const Service&, const Reading&, Sink&)) {
    return {name, help, kind, labels, known, take, nullptr};
}

constexpr MetricRow host_row(std::string_view name, MetricKind kind, Labels labels,
                             std::string_view help, void (*take)(const Reading&, Sink&)) {
    return {name, help, kind, labels, nullptr, nullptr, take};
}

template <class Number>
void number(Sink& sink, Number value, std::initializer_list<std::string_view> labels = {}) {
    sink.value(labels, static_cast<double>(value));
}

constexpr bool bytes_known(const Known& k) { return k.byte_counters; }
constexpr bool retransmits_known(const Known& k) { return k.retransmits; }
constexpr bool departures_known(const Known& k) { return k.departures; }
constexpr bool shortfalls_known(const Known& k) { return k.partial || k.would_block; }
constexpr bool lifecycle_known(const Known& k) { return k.lifecycle; }
constexpr Predicate always = nullptr;

// One function per file of rows; metric_table() joins them in this order.
std::span<const MetricRow> bytes_rows();        ///< written, transmitted, acked, retransmitted
std::span<const MetricRow> writes_rows();       ///< departures, shortfalls, delays
std::span<const MetricRow> waits_rows();        ///< egress, ACK, writers, accept
std::span<const MetricRow> held_rows();         ///< held time by reason, windows
std::span<const MetricRow> queues_rows();       ///< what stands in the queues and buffers
std::span<const MetricRow> connections_rows();  ///< states, opened, closed, undelivered
std::span<const MetricRow> resp_rows();         ///< the embedded RESP server, its replies' ways
std::span<const MetricRow> verdicts_rows();     ///< verdicts, the worst connections
std::span<const MetricRow> self_rows();         ///< the monitor about itself
std::span<const MetricRow> process_rows();      ///< process_*, as every Prometheus client has

}  // namespace wiregap::exporters
