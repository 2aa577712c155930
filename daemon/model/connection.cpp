// SPDX-License-Identifier: Apache-2.0
#include "daemon/model/connection.h"

#include <algorithm>

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
    if (c.send_buffer_limit_bytes > 0) {
        gauges.send_buffer_fill_ratio_max =
            std::max(gauges.send_buffer_fill_ratio_max,
                     static_cast<double>(c.send_buffer_used_bytes) / c.send_buffer_limit_bytes);
    }
    if (c.state < gauges.connections.size()) ++gauges.connections.at(c.state);
}

}  // namespace wiregap::model
