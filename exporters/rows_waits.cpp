// SPDX-License-Identifier: Apache-2.0
// Waits other than for the first transmission, each a histogram with one bucket an octave.
#include "exporters/rows.h"

namespace wiregap::exporters {
namespace {

using enum MetricKind;

void write_calls(const Service& s, const Reading&, Sink& sink) {
    static const model::Histogram none;
    for (std::size_t i = 0; i < model::write_call_kinds; ++i) {
        const bool seen = i < s.counters.write_calls.size();
        sink.coarse_histogram({to_string(static_cast<model::WriteCall>(i))},
                              seen ? s.counters.write_calls[i] : none);
    }
}

// clang-format off
constexpr MetricRow waits_table[] = {
    service_row("wiregap_egress_wait_seconds", histogram, {},
        "Time of a segment in the host's queue (qdisc), one in 64 sampled; none waited counts as zero.",
        [](const Known& k) { return k.egress; },
        [](const Service& s, const Reading&, Sink& sink) { sink.coarse_histogram({}, s.counters.egress_wait); }),
    service_row("wiregap_transmit_to_ack_seconds", histogram, {},
        "Time from a segment's first transmission to its ACK, one in 64 sampled.",
        [](const Known& k) { return k.acks; },
        [](const Service& s, const Reading&, Sink& sink) { sink.coarse_histogram({}, s.counters.transmit_to_ack); }),
    service_row("wiregap_write_blocked_seconds", histogram, {},
        "How long blocking writers slept for want of room, each sleep.",
        [](const Known& k) { return k.blocked; },
        [](const Service& s, const Reading&, Sink& sink) { sink.coarse_histogram({}, s.counters.write_blocked); }),
    service_row("wiregap_writable_wait_seconds", histogram, {"limit"},
        "Time from EAGAIN or a partial write to the next accepted byte, by what was full: sndbuf or notsent_lowat.",
        [](const Known& k) { return k.writable; },
        [](const Service& s, const Reading&, Sink& sink) {
            sink.coarse_histogram({"sndbuf"}, s.counters.writable_wait);
            sink.coarse_histogram({"notsent_lowat"}, s.counters.lowat_wait);
        }),
    service_row("wiregap_write_call_seconds", histogram, {"call"},
        "How long write(), send() and the like took, by system call; only with syscalls: true.",
        [](const Known& k) { return k.write_calls; }, write_calls),
    service_row("wiregap_accept_wait_seconds", histogram, {},
        "Time from ESTABLISHED to accept().",
        [](const Known& k) { return k.accept_wait; },
        [](const Service& s, const Reading&, Sink& sink) { sink.coarse_histogram({}, s.counters.accept_wait); }),
};
// clang-format on

}  // namespace

std::span<const MetricRow> waits_rows() { return waits_table; }

}  // namespace wiregap::exporters
