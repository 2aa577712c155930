// SPDX-License-Identifier: Apache-2.0
#include "daemon/model/interval.h"

#include <algorithm>
#include <cmath>

#include "daemon/model/connection.h"
#include "daemon/model/give_up.h"

namespace wiregap::model {
namespace {

std::uint64_t grown(std::uint64_t before, std::uint64_t now) {
    return now > before ? now - before : 0;
}

double seconds_grown(std::uint64_t before_us, std::uint64_t now_us) {
    return static_cast<double>(grown(before_us, now_us)) / 1e6;
}

double seconds_between(std::uint64_t from_ns, std::uint64_t to_ns) {
    return static_cast<double>(grown(from_ns, to_ns)) / 1e9;
}

std::uint64_t first_transmissions(std::uint64_t sent, std::uint64_t retransmitted) {
    return grown(retransmitted, sent);
}

bool waits(const Connection& c) { return c.unacked_bytes > 0 || c.notsent_bytes > 0; }

/// Where nothing is outstanding nothing can be acknowledged, and the clock does not run.
std::uint64_t acked_moved_ns(const Mark* before, const Connection& now, std::uint64_t now_ns) {
    const bool stands =
        before != nullptr && before->waited && now.acked_bytes == before->acked_bytes;
    return stands ? before->acked_moved_ns : now_ns;
}

std::uint64_t answered_ns(const Mark* before, const Connection& now, std::uint64_t now_ns) {
    return before != nullptr && now.unanswered_probes > 0 ? before->answered_ns : now_ns;
}

/// Segments lost and sent again need no full size.
double segments(std::uint64_t bytes, std::uint32_t mss_bytes) {
    return mss_bytes == 0 ? 0 : std::ceil(static_cast<double>(bytes) / mss_bytes);
}

Segments sum(const Segments& before, double kept, const Segments& since) {
    return {.dropped = before.dropped * kept + since.dropped,
            .unresolved = before.unresolved * kept + since.unresolved,
            .resent = before.resent * kept + since.resent,
            .transmitted = before.transmitted * kept + since.transmitted};
}

void add_segments(const Mark& before, const Connection& now, Interval& interval) {
    constexpr double half_life_s = 5;
    const bool by_neighbour = now.dropped_by == HostDrop::neighbour;
    const auto dropped = static_cast<double>(grown(before.dropped_segments, now.dropped_segments));
    const Segments since{.dropped = by_neighbour ? 0 : dropped,
                         .unresolved = by_neighbour ? dropped : 0,
                         .resent = segments(interval.retransmitted_bytes, now.mss_bytes),
                         .transmitted = segments(interval.transmitted_bytes, now.mss_bytes)};
    interval.recent = sum(before.recent, std::exp2(-interval.seconds / half_life_s), since);
    const bool is_stuck = interval.acked_bytes == 0 && waits(now);
    if (is_stuck) interval.since_ack = sum(before.since_ack, before.waited ? 1 : 0, since);
    interval.dropped_by = by_neighbour ? before.dropped_by : now.dropped_by;
}

std::optional<Reason> reason_of(const Connection& connection) {
    if (connection.notsent_bytes == 0) return std::nullopt;
    return connection.reason ? connection.reason : infer_reason(connection);
}

/// Little's law with the smaller of two readings: one packet caught by chance is no queue.
double egress_wait(const Mark& before, const Connection& now, const Interval& interval) {
    const std::uint32_t waiting = std::min(before.egress_payload_bytes, egress_payload_bytes(now));
    if (waiting == 0) return 0;
    if (interval.transmitted_bytes == 0) return interval.seconds;
    return interval.seconds * waiting / static_cast<double>(interval.transmitted_bytes);
}

/// More time than there was: one of the two readings failed, or more than a wrap lies between them.
void add_held(const Mark& before, const Connection& now, Interval& interval) {
    interval.held_known = now.held_known && before.held_known;
    double sum = 0;
    for (std::size_t i = 0; interval.held_known && i < reasons; ++i) {
        const std::uint32_t units = now.held_units.at(i) - before.held_units.at(i);
        interval.held_seconds.at(i) = static_cast<float>(units * held_unit_seconds);
        sum += interval.held_seconds.at(i);
    }
    if (sum <= interval.seconds * 1.1 + 0.1) return;
    interval.held_known = false;
    interval.held_seconds = {};
}

void add_differences(const Mark& before, const Connection& now, Interval& interval) {
    const std::uint64_t was = first_transmissions(before.sent_bytes, before.retransmitted_bytes);
    const std::uint64_t is = first_transmissions(now.sent_bytes, now.retransmitted_bytes);
    interval.transmitted_bytes = grown(was, is);
    interval.written_bytes = grown(was + before.notsent_bytes, is + now.notsent_bytes);
    interval.acked_bytes = grown(before.acked_bytes, now.acked_bytes);
    interval.retransmitted_bytes = grown(before.retransmitted_bytes, now.retransmitted_bytes);
    interval.rwnd_limited_seconds = seconds_grown(before.rwnd_limited_us, now.rwnd_limited_us);
    interval.sndbuf_limited_seconds =
        seconds_grown(before.sndbuf_limited_us, now.sndbuf_limited_us);
    add_held(before, now, interval);
    add_segments(before, now, interval);
    interval.reason_before = before.reason;
    interval.egress_wait_seconds = egress_wait(before, now, interval);
}

}  // namespace

std::optional<Reason> infer_reason(const Connection& c) {
    if (c.notsent_bytes == 0) return std::nullopt;
    const std::uint32_t next = std::min(c.notsent_bytes, c.mss_bytes);
    // All in flight is lost: what was not sent yet waits behind what is sent again.
    const bool sends_again = c.in_recovery && c.backoff > 0 && c.unacked_bytes > 0;
    if (sends_again && !c.peer_zero_window) return Reason::cwnd;
    if (c.peer_zero_window || std::uint64_t{c.unacked_bytes} + next > c.rwnd_bytes) {
        return Reason::rwnd;
    }
    const std::uint64_t cwnd_bytes = std::uint64_t{c.cwnd_segs} * c.mss_bytes;
    if (std::uint64_t{c.unacked_bytes} + next > cwnd_bytes) return Reason::cwnd;
    if (c.notsent_bytes < c.mss_bytes && c.unacked_bytes > 0) return Reason::nagle;
    return std::nullopt;
}

std::uint32_t egress_payload_bytes(const Connection& c) {
    const std::uint64_t payload = std::uint64_t{c.notsent_bytes} + c.unacked_bytes;
    if (c.send_buffer_used_bytes == 0) return 0;
    const std::uint64_t scaled = c.egress_bytes * payload / c.send_buffer_used_bytes;
    return static_cast<std::uint32_t>(std::min<std::uint64_t>(scaled, c.unacked_bytes));
}

Interval interval_between(const Mark* before, const Connection& now, std::uint64_t now_ns) {
    Interval interval;
    if (before != nullptr) {
        interval.seconds = seconds_between(before->taken_ns, now_ns);
        interval.had_backlog = before->had_backlog;
        if (!before->kernel_unknown && !now.kernel_unknown) add_differences(*before, now, interval);
    }
    interval.seconds_without_ack = seconds_between(acked_moved_ns(before, now, now_ns), now_ns);
    interval.seconds_without_answer = seconds_between(answered_ns(before, now, now_ns), now_ns);
    interval.unanswered_probes = now.unanswered_probes;
    interval.user_timeout_ms = now.user_timeout_ms;
    interval.gives_up_seconds = model::gives_up_seconds(
        now, now.peer_zero_window ? interval.seconds_without_answer : interval.seconds_without_ack);
    interval.silent_next_hop = now.silent_next_hop;
    interval.host_tcp = now.host_tcp;
    interval.notsent_bytes = now.notsent_bytes;
    interval.unacked_bytes = now.unacked_bytes;
    interval.send_buffer_used_bytes = now.send_buffer_used_bytes;
    interval.send_buffer_limit_bytes = now.send_buffer_limit_bytes;
    interval.cwnd_bytes = std::uint64_t{now.cwnd_segs} * now.mss_bytes;
    interval.rwnd_bytes = now.rwnd_bytes;
    interval.mss_bytes = now.mss_bytes;
    interval.reason = reason_of(now);
    interval.peer_zero_window = now.peer_zero_window;
    interval.own_zero_window = now.own_zero_window;
    interval.in_recovery = now.in_recovery;
    interval.writer_waits = now.writer_waits;
    interval.paced_by_cc = now.paced_by_cc;
    interval.pacing_rate = now.pacing_rate;
    interval.reply_backlog_bytes = now.reply_backlog_bytes;
    interval.backlog_outlook = now.backlog_outlook;
    return interval;
}

bool is_same_connection(const Mark& before, const Connection& now) {
    // Addresses are all there is to go by.
    if (before.kernel_unknown || now.kernel_unknown) return true;
    const bool other_cookie = before.cookie != 0 && now.cookie != 0 && before.cookie != now.cookie;
    return !other_cookie && now.sent_bytes >= before.sent_bytes &&
           now.acked_bytes >= before.acked_bytes;
}

Mark mark_of(const Mark* before, const Connection& now, const Interval& since,
             std::uint64_t now_ns) {
    return {.taken_ns = now_ns,
            .cookie = now.cookie,
            .acked_moved_ns = acked_moved_ns(before, now, now_ns),
            .answered_ns = answered_ns(before, now, now_ns),
            .recent = since.recent,
            .since_ack = since.since_ack,
            .dropped_segments = now.dropped_segments,
            .dropped_by = since.dropped_by,
            .sent_bytes = now.sent_bytes,
            .acked_bytes = now.acked_bytes,
            .retransmitted_bytes = now.retransmitted_bytes,
            .rwnd_limited_us = now.rwnd_limited_us,
            .sndbuf_limited_us = now.sndbuf_limited_us,
            .held_units = now.held_units,
            .notsent_bytes = now.notsent_bytes,
            .egress_payload_bytes = egress_payload_bytes(now),
            .reason = reason_of(now),
            .held_known = now.held_known,
            .had_backlog = now.reply_backlog_bytes.value_or(0) > 0,
            .waited = waits(now),
            .kernel_unknown = now.kernel_unknown};
}

}  // namespace wiregap::model
