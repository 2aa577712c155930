// SPDX-License-Identifier: Apache-2.0
#include "daemon/kernel/bpf/convert.h"

#include <algorithm>
#include <cstring>
#include <optional>

#include "daemon/model/units.h"

namespace wiregap::kernel {
namespace {

model::Endpoint to_endpoint(const __u8 (&address)[16], bool ipv6, __u16 port) {
    model::Endpoint endpoint{.ipv6 = ipv6, .port = port};
    std::copy(std::begin(address), std::end(address), endpoint.address.begin());
    return endpoint;
}

double held_seconds(__u64 units) { return static_cast<double>(units) * model::held_unit_seconds; }

/// A window that is closed altogether is rwnd, and counted apart as well.
void fill_held(model::ServiceCounters& counters, const wg_counters& from) {
    for (std::size_t i = 0; i < model::reasons; ++i) {
        counters.held_seconds.at(i) = held_seconds(from.held_units[i + WG_REASON_PACING]);
        counters.held_byte_seconds.at(i) = held_seconds(from.held_byte_units[i + WG_REASON_PACING]);
    }
    constexpr auto rwnd = static_cast<std::size_t>(model::Reason::rwnd);
    counters.peer_zero_window_seconds = held_seconds(from.held_units[WG_REASON_ZERO_WINDOW]);
    counters.held_seconds.at(rwnd) += counters.peer_zero_window_seconds;
    counters.held_byte_seconds.at(rwnd) +=
        held_seconds(from.held_byte_units[WG_REASON_ZERO_WINDOW]);
}

std::optional<model::Reason> to_reason(__u8 reason) {
    if (reason == WG_REASON_ZERO_WINDOW) return model::Reason::rwnd;
    if (reason < WG_REASON_PACING || reason >= WG_REASON_ZERO_WINDOW) return std::nullopt;
    return static_cast<model::Reason>(reason - WG_REASON_PACING);
}

void fill_judgeable(model::Connection& out, const wg_connection& record) {
    out.sent_bytes = record.sent_bytes;
    out.egress_bytes = record.egress_bytes;
    out.peer_zero_window = (record.flags & WG_CONN_PEER_ZERO_WINDOW) != 0;
    out.own_zero_window = (record.flags & WG_CONN_OWN_ZERO_WINDOW) != 0;
    out.in_recovery = (record.flags & WG_CONN_RECOVERY) != 0;
    out.writer_waits = (record.flags & WG_CONN_WRITER_WAITS) != 0;
    out.paced_by_cc = (record.flags & WG_CONN_PACED_BY_CC) != 0;
    out.pacing_rate = record.pacing_rate;
    out.dropped_segments = record.dropped_segments;
    if (record.drop < model::host_drops) out.dropped_by = static_cast<model::HostDrop>(record.drop);
    out.unanswered_probes = record.probes;
    out.backoff = record.backoff;
    out.retries = record.retries;
    out.rto_us = record.rto_us;
    out.user_timeout_ms = record.user_timeout_ms;
    out.held_known = true;
    out.reason = to_reason(record.reason);
    std::copy_n(std::begin(record.held_units), model::reasons, out.held_units.begin());
    out.held_units.at(static_cast<std::size_t>(model::Reason::rwnd)) +=
        record.held_units[WG_REASON_ZERO_WINDOW - WG_REASON_PACING];
}

}  // namespace

std::string to_comm(const char (&comm)[WG_COMM_BYTES]) {
    return model::printable({comm, strnlen(comm, WG_COMM_BYTES)});
}

model::ServiceIdentity to_identity(const wg_service_key& key, const wg_service& service) {
    return {.netns = key.netns,
            .netns_inode = service.netns_inode,
            .role = key.role == WG_ROLE_CLIENT ? model::Role::client : model::Role::server,
            .port = key.port,
            .comm = to_comm(key.comm)};
}

void fill_counters(model::ServiceSample& service, const wg_counters& before,
                   const wg_counters& after) {
    model::ServiceCounters& counters = service.counters;
    counters.written_bytes = before.written_bytes;
    counters.writes_at_once = before.writes_at_once;
    counters.writes_late = before.writes_late;
    counters.write_shortfalls = {before.partial, before.would_block, before.error};
    counters.opened = after.opened;
    counters.retransmitted_bytes = after.retransmitted_bytes;
    std::copy_n(std::begin(after.closed), model::close_causes, counters.closed.begin());
    std::copy_n(std::begin(after.undelivered_bytes), model::close_causes,
                counters.undelivered_bytes.begin());
    std::copy_n(std::begin(after.undelivered_connections), model::close_causes,
                counters.undelivered_connections.begin());
    service.undecided_bytes = after.undelivered_bytes[WG_CAUSE_UNDECIDED];
    std::copy(std::begin(after.dropped_segments), std::end(after.dropped_segments),
              counters.dropped_segments.begin());
    service.died_notsent_bytes = after.died_notsent_bytes;
    counters.write_to_transmit.sum_ns = after.delay_sum_ns;
    fill_held(counters, after);
}

model::ServiceGauges to_gauges(const wg_gauges& gauges) {
    model::ServiceGauges out{
        .notsent_bytes = gauges.notsent_bytes,
        .unacked_bytes = gauges.unacked_bytes,
        .send_buffer_used_bytes = gauges.send_buffer_used_bytes,
        .send_buffer_limit_bytes = gauges.send_buffer_limit_bytes,
        .send_buffer_fill_ratio_max = static_cast<double>(gauges.fill_max_ppm) / 1e6};
    std::copy(std::begin(gauges.connections), std::end(gauges.connections),
              out.connections.begin());
    out.egress_queue_bytes = gauges.egress_bytes;
    out.egress_payload_bytes = gauges.egress_payload_bytes;
    out.oldest_notsent_ns = gauges.oldest_notsent_ns;
    out.receive_queue_bytes = gauges.receive_queue_bytes;
    out.own_zero_windows = gauges.own_zero_windows;
    out.accept_queue_length = gauges.accept_queue_length;
    out.accept_queue_limit = gauges.accept_queue_limit;
    out.accept_queue_fill_ratio_max = static_cast<double>(gauges.accept_fill_max_ppm) / 1e6;
    out.accept_drops = gauges.accept_drops;
    return out;
}

model::Connection to_connection(const wg_connection& record) {
    const bool ipv6 = (record.flags & WG_CONN_IPV6) != 0;
    model::Connection out;
    out.netns_inode = record.netns_inode;
    out.cookie = record.cookie;
    out.state = record.state;
    out.local = to_endpoint(record.local, ipv6, record.local_port);
    out.peer = to_endpoint(record.remote, ipv6, record.remote_port);
    out.notsent_bytes = record.notsent_bytes;
    out.unacked_bytes = record.unacked_bytes;
    out.receive_queue_bytes = record.receive_queue_bytes;
    out.send_buffer_used_bytes = record.send_buffer_used_bytes;
    out.send_buffer_limit_bytes = record.send_buffer_limit_bytes;
    out.cwnd_segs = record.cwnd_segs;
    out.rwnd_bytes = record.rwnd_bytes;
    out.mss_bytes = record.mss_bytes;
    out.srtt_us = record.srtt_us;
    out.retransmitted_bytes = record.retransmitted_bytes;
    out.acked_bytes = record.acked_bytes;
    fill_judgeable(out, record);
    if ((record.flags & WG_CONN_OLDEST_KNOWN) != 0)
        out.oldest_notsent_ns = record.oldest_notsent_ns;
    return out;
}

}  // namespace wiregap::kernel
