// SPDX-License-Identifier: Apache-2.0
#include "daemon/model/connection.h"

#include <algorithm>
#include <numeric>

namespace wiregap::model {

void add_connection(ServiceGauges& gauges, const Connection& c) {
    gauges.notsent_bytes += c.notsent_bytes;
    gauges.unacked_bytes += c.unacked_bytes;
    gauges.egress_queue_bytes += c.egress_bytes;
    gauges.egress_payload_bytes += egress_payload_bytes(c);
    gauges.oldest_notsent_ns = std::max(gauges.oldest_notsent_ns, c.oldest_notsent_ns.value_or(0));
    gauges.receive_queue_bytes += c.receive_queue_bytes;
    gauges.own_zero_windows += c.own_zero_window ? 1 : 0;
    gauges.send_buffer_used_bytes += c.send_buffer_used_bytes;
    gauges.send_buffer_limit_bytes += c.send_buffer_limit_bytes;
    gauges.send_buffer_fill_ratio_max =
        std::max(gauges.send_buffer_fill_ratio_max, fill_ratio_of(c).value_or(0));
    if (c.state < gauges.connections.size()) ++gauges.connections.at(c.state);
}

void add_listener(ServiceGauges& gauges, std::uint64_t length, std::uint64_t limit,
                  std::uint64_t drops) {
    gauges.accept_queue_length += length;
    gauges.accept_queue_limit += limit;
    gauges.accept_queue_fill_ratio_max =
        std::max(gauges.accept_queue_fill_ratio_max,
                 static_cast<double>(length) / static_cast<double>(limit + 1));
    gauges.accept_drops += drops;
}

std::optional<double> fill_ratio_of(const Connection& c) {
    if (c.send_buffer_limit_bytes == 0) return std::nullopt;
    return static_cast<double>(c.send_buffer_used_bytes) / c.send_buffer_limit_bytes;
}

std::vector<std::size_t> worst_first(const std::vector<Connection>& connections, std::size_t most) {
    std::vector<std::size_t> order(connections.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    const auto kept = static_cast<std::ptrdiff_t>(std::min(most, order.size()));
    std::partial_sort(order.begin(), order.begin() + kept, order.end(),
                      [&](std::size_t a, std::size_t b) {
                          return connections[a].judgement.held_byte_seconds >
                                 connections[b].judgement.held_byte_seconds;
                      });
    order.resize(static_cast<std::size_t>(kept));
    return order;
}

}  // namespace wiregap::model
