// SPDX-License-Identifier: Apache-2.0
// A small snapshot whose every number is different, so that a value in the wrong place is seen.
#pragma once

#include "daemon/model/snapshot.h"

namespace wiregap::test {

using model::everything_known;

inline model::Service sample_service() {
    model::Service s;
    s.name = "redis-server";
    s.port = 6379;
    s.netns_inode = 4026531840;
    s.owner = {.pid = 12, .comm = "redis-server", .unit = "redis-server", .container = ""};
    s.counters.written_bytes = 1001;
    s.counters.transmitted_bytes = 902;
    s.counters.acked_bytes = 803;
    s.counters.retransmitted_bytes = 14;
    s.counters.writes_at_once = 30;
    s.counters.writes_late = 10;
    s.counters.write_shortfalls = {5, 6, 7};
    s.counters.opened = 21;
    s.counters.closed = {1, 2, 3, 4};
    s.counters.undelivered_bytes = {110, 120, 130, 140};
    s.counters.undelivered_connections = {11, 12, 13, 15};
    s.counters.write_to_transmit.record_ns(1'500'000, 10);
    s.gauges.notsent_bytes = 99;
    s.gauges.unacked_bytes = 98;
    s.gauges.send_buffer_used_bytes = 2304;
    s.gauges.send_buffer_limit_bytes = 87040;
    s.gauges.send_buffer_fill_ratio_max = 0.25;
    s.gauges.connections[1] = 16;
    s.gauges.connections[8] = 17;
    s.counters.held_seconds = {201, 202, 203, 204, 205, 206, 207, 208, 209};
    s.counters.held_byte_seconds = {2010, 2020, 2030, 2040, 2050, 2060, 2070, 2080, 2090};
    s.counters.unacked_byte_seconds = 301;
    s.counters.peer_zero_window_seconds = 302;
    s.counters.own_zero_window_seconds = 303;
    s.counters.egress_wait.record_ns(2'000'000, 41);
    s.counters.transmit_to_ack.record_ns(3'000'000, 42);
    s.counters.write_blocked.record_ns(4'000'000, 43);
    s.counters.writable_wait.record_ns(5'000'000, 44);
    s.counters.lowat_wait.record_ns(6'000'000, 45);
    s.counters.accept_wait.record_ns(7'000'000, 46);
    s.counters.accept_overflows = 304;
    s.counters.listener_drops = {311, 312, 313};
    s.counters.dropped_segments = {321, 322, 323, 324, 325};
    s.counters.write_calls.resize(model::write_call_kinds);
    for (std::size_t i = 0; i < model::write_call_kinds; ++i) {
        s.counters.write_calls[i].record_ns(8'000'000, 51 + i);
    }
    s.gauges.egress_queue_bytes = 305;
    s.gauges.egress_payload_bytes = 48;
    s.gauges.oldest_notsent_ns = 2'500'000'000;
    s.gauges.accept_queue_fill_ratio_max = 0.75;
    s.acked_bytes_per_second = 512;
    s.gauges.receive_queue_bytes = 306;
    s.gauges.accept_queue_length = 307;
    s.gauges.accept_queue_limit = 308;
    for (std::size_t i = 0; i < model::verdicts; ++i) {
        s.verdicts.seconds.at(i) = 200.5 + static_cast<double>(i);
        s.verdicts.connections.at(i) = 300 + i;
    }
    s.verdicts.backlog_known = true;
    return s;
}

inline model::Connection sample_connection() {
    model::Connection c;
    c.service = "redis-server";
    c.service_port = 6379;
    c.netns_inode = 4026531840;
    c.cookie = 7;
    c.state = 1;
    c.local = {{127, 0, 0, 1}, false, 6379};
    c.peer = {{127, 0, 0, 1}, false, 45678};
    c.notsent_bytes = 99;
    c.unacked_bytes = 98;
    c.receive_queue_bytes = 3;
    c.send_buffer_used_bytes = 2304;
    c.send_buffer_limit_bytes = 92160;
    c.cwnd_segs = 10;
    c.rwnd_bytes = 65535;
    c.mss_bytes = 1448;
    c.srtt_us = 100;
    c.retransmitted_bytes = 14;
    c.acked_bytes = 803;
    c.oldest_notsent_ns = 500'000'000;
    c.held_known = true;
    c.reason = model::Reason::cwnd;
    c.egress_bytes = 64;
    c.pacing_rate = 12345;
    c.owner = {.pid = 12, .comm = "redis-server", .unit = "redis-server", .container = ""};
    c.judgement.verdict = model::Verdict::peer_slow;
    c.judgement.since_seconds = 8.5;
    c.judgement.held_byte_seconds = 640;
    return c;
}

inline model::Snapshot sample_snapshot() {
    model::Snapshot snapshot;
    snapshot.sequence = 12;
    snapshot.taken_ns = 123;
    snapshot.taken_unix_seconds = 1.5;
    snapshot.known = everything_known();
    snapshot.self.backend = "tracepoint";
    snapshot.self.hooks = {
        {"tcp_sendmsg", "fexit", "fexit_sendmsg", false, "refused", "departures"},
        {"tcp_ack", "tp_btf", "tp_ack", true, "", "acks"}};
    snapshot.self.programs = {{"tp_ack", 1234, 0.5}};
    snapshot.self.maps = {{"services", 3, 257}};
    snapshot.self.lost = {{"services_full", 0}, {"ring_full", 8}};
    snapshot.self.tick_seconds = 0.125;
    snapshot.services = {sample_service()};
    snapshot.connections = {sample_connection()};
    snapshot.worst = {0};
    snapshot.worst_with_series = 1;
    return snapshot;
}

}  // namespace wiregap::test
