// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/judge_cases.h"

namespace wiregap::test {
namespace {

using model::Interval;
using model::Reason;
using enum model::Verdict;

constexpr std::uint32_t mss = 1448;

Interval held(Reason reason, float seconds) {
    Interval i = busy_second();
    i.notsent_bytes = 100000;
    i.held_seconds.at(static_cast<std::size_t>(reason)) = seconds;
    return i;
}

template <class Change>
Interval with(Interval interval, Change change) {
    change(interval);
    return interval;
}

Interval nothing_moves() {
    return with(busy_second(), [](Interval& i) {
        i.written_bytes = i.transmitted_bytes = i.acked_bytes = 0;
        i.unacked_bytes = 0;
    });
}

Interval closed_window() {
    return with(nothing_moves(), [](Interval& i) {
        i.notsent_bytes = 100000;
        i.peer_zero_window = true;
        i.rwnd_bytes = 0;
    });
}

Interval without_held_time(Interval i) {
    i.held_known = false;
    i.held_seconds = {};
    return i;
}

std::vector<JudgeCase> peer_cases() {
    return {
        {"window closed, 100 kB notsent, no ACK for 5 s",
         with(closed_window(), [](Interval& i) { i.seconds_without_ack = 5; }), peer_stalled,
         "The peer's program does not read."},
        {"window closed, 100 kB notsent, first look",
         with(closed_window(), [](Interval& i) { i.seconds = 0; }), peer_slow,
         "A slow reader's window is closed most of the time as well; only time tells."},
        {"held by rwnd for 0.6 s of 1 s", held(Reason::rwnd, 0.6F), peer_slow,
         "The peer reads less than the network would carry."},
        {"window closed, 100 kB notsent, two probes of it without an answer",
         with(closed_window(),
              [](Interval& i) {
                  i.seconds_without_ack = 9;
                  i.unanswered_probes = 2;
                  i.seconds_without_answer = 6;
              }),
         network_lossy,
         "A program that does not read has a host that answers; this host does not."},
        {"window closed, 100 kB notsent, one probe of it on its way",
         with(closed_window(),
              [](Interval& i) {
                  i.seconds_without_ack = 9;
                  i.unanswered_probes = 1;
              }),
         peer_stalled, "The answer to one probe may still be under way."},
        {"no held time known; rwnd chrono 0.6 s of 1 s",
         with(without_held_time(held(Reason::rwnd, 0)),
              [](Interval& i) { i.rwnd_limited_seconds = 0.6; }),
         peer_slow, "The kernel's own chrono says it, where the back end counts no reasons."},
    };
}

std::vector<JudgeCase> network_cases() {
    const auto lossy = [](Interval& i) { i.retransmitted_bytes = 50000; };
    return {
        {"held by cwnd for 0.8 s, 5 % sent again", with(held(Reason::cwnd, 0.8F), lossy),
         network_lossy, "Losses keep the congestion window small."},
        {"nothing notsent; 1 kB unacked for 5 s, in loss recovery",
         with(nothing_moves(),
              [](Interval& i) {
                  i.unacked_bytes = 1000;
                  i.seconds_without_ack = 5;
                  i.in_recovery = true;
              }),
         network_lossy, "What was sent is not answered: the path or the peer's host is gone."},
        {"held by cwnd for 0.8 s, 5 % sent again, and this host dropped as much",
         with(held(Reason::cwnd, 0.8F),
              [](Interval& i) {
                  i.retransmitted_bytes = 50000;
                  i.recent.resent = 35;
                  i.recent.dropped = 30;
                  i.dropped_by = model::HostDrop::queue;
              }),
         host_egress, "What the host's own queue drops is no loss of the path."},
        {"held by cwnd for 0.8 s, 5 % sent again, of which this host dropped a tenth",
         with(held(Reason::cwnd, 0.8F),
              [](Interval& i) {
                  i.retransmitted_bytes = 50000;
                  i.recent.resent = 35;
                  i.recent.dropped = 3;
                  i.dropped_by = model::HostDrop::queue;
              }),
         network_lossy, "The rest was lost on the path."},
        {"one segment in a thousand is dropped by this host, cwnd holds for 0.8 s, 5 % sent again",
         with(held(Reason::cwnd, 0.8F),
              [](Interval& i) {
                  i.retransmitted_bytes = 50000;
                  i.recent.resent = 1;
                  i.recent.dropped = 1;
                  i.recent.transmitted = 1000;
              }),
         network_lossy, "What a queue drops now and then is how it works."},
        {"window closed, 100 kB notsent, two probes unanswered, and this host drops them",
         with(closed_window(),
              [](Interval& i) {
                  i.seconds_without_ack = 9;
                  i.unanswered_probes = 2;
                  i.since_ack.dropped = 2;
                  i.dropped_by = model::HostDrop::filter;
              }),
         host_egress, "The peer never got them."},
        {"nothing notsent; 1 kB unacked for 5 s, this host dropped 200 segments before the last "
         "ACK",
         with(nothing_moves(),
              [](Interval& i) {
                  i.seconds_without_ack = 5;
                  i.unacked_bytes = 1000;
                  i.in_recovery = true;
                  i.recent.dropped = i.recent.resent = 200;
              }),
         network_lossy, "Those were sent again and arrived; what is out now is lost elsewhere."},
        {"30 kB notsent, nothing in flight, no ACK for 9 s: this host dropped 5 segments, no route",
         with(nothing_moves(),
              [](Interval& i) {
                  i.seconds_without_ack = 9;
                  i.notsent_bytes = 30000;
                  i.unacked_bytes = 0;
                  i.since_ack.dropped = 5;
                  i.dropped_by = model::HostDrop::route;
              }),
         host_egress, "What this host refuses to send stays in the send queue."},
        {"nothing notsent; 1 kB unacked, the next hop does not answer",
         with(nothing_moves(),
              [](Interval& i) {
                  i.unacked_bytes = 1000;
                  i.silent_next_hop = "10.0.0.9";
              }),
         network_lossy, "Segments wait here for the address of a machine that is not there."},
        {"held by cwnd for 0.8 s, this host dropped segments as the next hop did not resolve",
         with(held(Reason::cwnd, 0.8F),
              [](Interval& i) {
                  i.acked_bytes = 0;
                  i.seconds_without_ack = 5;
                  i.since_ack.unresolved = 3;
                  i.dropped_by = model::HostDrop::neighbour;
              }),
         network_lossy, "The drop is here, its cause is the silent machine."},
        {"held by cwnd for 0.8 s, 0.1 % sent again",
         with(held(Reason::cwnd, 0.8F), [](Interval& i) { i.retransmitted_bytes = 1000; }),
         network_limited,
         "The path carries no more; a loss now and then is how cwnd finds that out."},
        {"no held time known; cwnd full at both ends",
         with(without_held_time(held(Reason::cwnd, 0)),
              [](Interval& i) { i.reason = i.reason_before = Reason::cwnd; }),
         network_limited, "Inferred from cwnd and unacked, at two moments."},
        {"held by pacing for 0.5 s, the rate is congestion control's own",
         with(held(Reason::pacing, 0.5F), [](Interval& i) { i.paced_by_cc = true; }),
         network_limited, "BBR takes its rate from what the path delivers, and paces by it."},
        {"held by cwnd for 0.02 s of 1 s", held(Reason::cwnd, 0.02F), flowing,
         "A pause of one round trip is how TCP works."},
    };
}

std::vector<JudgeCase> host_cases() {
    return {
        {"held by tsq for 0.5 s", held(Reason::tsq, 0.5F), host_egress,
         "Enough lies in this host's qdisc or driver already."},
        {"held by pacing for 0.5 s", held(Reason::pacing, 0.5F), host_egress,
         "A rate that was set on this host (SO_MAX_PACING_RATE) holds it."},
        {"80 ms from qdisc to driver",
         with(busy_second(), [](Interval& i) { i.egress_wait_seconds = 0.08; }), host_egress,
         "The bytes are in flight for TCP and have not left the host."},
        {"held by nagle for 0.4 s", held(Reason::nagle, 0.4F), coalescing,
         "Small writes wait for the ACK of the one before: TCP_NODELAY, or write once."},
        {"0.1 s each of cork, autocork and tso_defer, 0.2 s cwnd",
         with(held(Reason::cwnd, 0.2F),
              [](Interval& i) {
                  for (const Reason r : {Reason::cork, Reason::autocork, Reason::tso_defer}) {
                      i.held_seconds.at(static_cast<std::size_t>(r)) = 0.1F;
                  }
              }),
         coalescing, "The reasons of one cause add up; the largest cause wins."},
        {"sndbuf chrono 0.9 s of 1 s, never held",
         with(busy_second(), [](Interval& i) { i.sndbuf_limited_seconds = 0.9; }), sndbuf_small,
         "All that fits the send buffer is in flight, and the path would take more."},
        {"writer waits, 64 kB unacked of a window of 256 kB, nothing notsent",
         with(busy_second(),
              [](Interval& i) {
                  i.writer_waits = true;
                  i.unacked_bytes = 65536;
              }),
         sndbuf_small, "The same, seen in the state."},
    };
}

std::vector<JudgeCase> other_cases() {
    const auto backlog = [](Interval& i) {
        i.reply_backlog_bytes = 5000;
        i.had_backlog = true;
    };
    return {
        {"5 kB reply backlog at both ends, send buffer a tenth full", with(busy_second(), backlog),
         app_late, "There is room, and nobody writes."},
        {"5 kB reply backlog at both ends, 64 kB unacked of a window of 256 kB fill the buffer",
         with(busy_second(),
              [&](Interval& i) {
                  backlog(i);
                  i.unacked_bytes = 65536;
                  i.send_buffer_used_bytes = i.send_buffer_limit_bytes;
              }),
         sndbuf_small, "A write that was taken whole leaves no mark that its writer waits."},
        {"5 kB reply backlog, 100 kB notsent, writer waits for room",
         with(busy_second(),
              [&](Interval& i) {
                  backlog(i);
                  i.notsent_bytes = 100000;
                  i.writer_waits = true;
              }),
         flowing, "The application does what it can."},
        {"held by unknown for 0.9 s, cwnd full at both ends",
         with(held(Reason::unknown, 0.9F),
              [](Interval& i) { i.reason = i.reason_before = Reason::cwnd; }),
         network_limited, "Where the kernel side could not tell, the socket's state speaks."},
        {"1 MB acknowledged, nothing held", busy_second(), flowing, "Bytes move."},
        {"10 kB notsent, first look",
         with(nothing_moves(),
              [](Interval& i) {
                  i.seconds = 0;
                  i.notsent_bytes = 10000;
              }),
         flowing, "One look proves no delay."},
        {"nothing anywhere", nothing_moves(), idle, "Nothing waits and nothing moves."},
    };
}

}  // namespace

Interval busy_second() {
    Interval i;
    i.seconds = 1;
    i.written_bytes = i.transmitted_bytes = i.acked_bytes = 1000000;
    i.held_known = true;
    i.unacked_bytes = 10 * mss;
    i.send_buffer_used_bytes = 23040;
    i.send_buffer_limit_bytes = 230400;
    i.mss_bytes = mss;
    i.cwnd_bytes = 200U * mss;
    i.rwnd_bytes = 262144;
    return i;
}

std::vector<JudgeCase> judge_cases() {
    std::vector<JudgeCase> all = peer_cases();
    for (auto part : {network_cases(), host_cases(), other_cases()}) {
        all.insert(all.end(), part.begin(), part.end());
    }
    return all;
}

}  // namespace wiregap::test
