// SPDX-License-Identifier: Apache-2.0
// Waits other than for the first transmission, each a histogram with one bucket an octave.
#include "daemon/view/tables.h"
#include "daemon/view/take.h"

namespace wiregap::view {
namespace {

using model::Service;
using model::ServiceCounters;

void write_calls(const Service& s, const Known&, Sink& sink) {
    static const model::Histogram none;
    for (std::size_t i = 0; i < model::write_call_kinds; ++i) {
        const bool seen = i < s.counters.write_calls.size();
        give(sink, {to_string(static_cast<model::WriteCall>(i))},
             seen ? s.counters.write_calls[i] : none);
    }
}

}  // namespace

// clang-format off
ServiceFields service_waits() {
    return {
    {delays("egress_wait", "Time that a segment spent in the host's queue (qdisc), for one segment in 64; 0 if it did not wait.")
     .histogram("wiregap_egress_wait_seconds", {}, Buckets::octaves_zero).if_known(knows<&Known::egress>),
     get<&Service::counters, &ServiceCounters::egress_wait>},
    {delays("transmit_to_ack", "Time from a segment's first transmission to its ACK, for one segment in 64.")
     .histogram("wiregap_transmit_to_ack_seconds").if_known(knows<&Known::acks>),
     get<&Service::counters, &ServiceCounters::transmit_to_ack>},
    {delays("write_blocked", "Time that a blocking writer slept for lack of room, each sleep by itself.")
     .histogram("wiregap_write_blocked_seconds").if_known(knows<&Known::blocked>),
     get<&Service::counters, &ServiceCounters::write_blocked>},
    {delays("writable_wait.*", "Time from EAGAIN or a partial write to the next accepted byte, by the limit reached: sndbuf or notsent_lowat.")
     .histogram("wiregap_writable_wait_seconds", {"limit"}).if_known(knows<&Known::writable>),
     [](const Service& s, const Known&, Sink& sink) {
         give(sink, {"sndbuf"}, s.counters.writable_wait);
         give(sink, {"notsent_lowat"}, s.counters.lowat_wait);
     }},
    {delays("write_calls.*", "Time that write(), send() and similar calls took, by system call; only with syscalls: true.")
     .histogram("wiregap_write_call_seconds", {"call"}).if_known(knows<&Known::write_calls>),
     write_calls},
    {delays("accept_wait", "Time from ESTABLISHED to accept().").histogram("wiregap_accept_wait_seconds").if_known(knows<&Known::accept_wait>),
     get<&Service::counters, &ServiceCounters::accept_wait>},
    };
}
// clang-format on

}  // namespace wiregap::view
