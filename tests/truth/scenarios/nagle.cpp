// SPDX-License-Identifier: Apache-2.0
// Bytes held by Nagle's algorithm.
#include <linux/tcp.h>
#include <sys/socket.h>

#include <optional>
#include <stdexcept>

#include "tests/truth/expectations.h"
#include "tests/truth/link.h"
#include "tests/truth/scenario.h"

namespace wiregap::truth {

namespace {

// Spins until nothing is notsent; the wait of a write that began and ended at these times.
Bracket watch_release(int fd, std::uint64_t write_begin, std::uint64_t write_end) {
    std::uint64_t last_held = write_end;
    for (;;) {
        const std::uint64_t look = now_ns();
        if (notsent_bytes(fd) == 0) return {last_held - write_end, now_ns() - write_begin};
        last_held = look;
        if (look - write_end > 5 * second) throw std::runtime_error("Nagle held for 5 s");
    }
}

// Two small writes to a peer that delays its ACK of the first. Nothing if the ACK came at once all
// the same (the kernel's quick ACKs at the start of a connection).
std::optional<Bracket> hold_second_write(const Link& link) {
    const int writer = link.accepted.get();
    set_tcp_option(link.connecting.get(), TCP_QUICKACK, 0);
    write_all(writer, 100);
    const std::uint64_t begin = now_ns();
    write_all(writer, 77);
    const std::uint64_t end = now_ns();
    if (notsent_bytes(writer) != 77) return std::nullopt;
    return watch_release(writer, begin, end);
}

struct Nagled {
    Listener listener;
    Link link = listener.connect();
    std::optional<Bracket> truth;
};

Nagled until_held() {
    for (unsigned tries = 0; tries < 10; ++tries) {
        Nagled nagled;
        nagled.truth = hold_second_write(nagled.link);
        if (nagled.truth) return nagled;
    }
    throw std::runtime_error("the peer never delayed its ACK");
}

void nagle(Session& session) {
    const Nagled nagled = until_held();
    read_exactly(nagled.link.connecting.get(), 177);
    wait_all_acked(nagled.link.accepted.get());
    const double held_seconds = static_cast<double>(nagled.truth->high_ns) / 1e9;
    if (session.daemon() == nullptr)
        session.report().within("seconds that the second write was held", held_seconds, 0.001,
                                0.25);
    const View view = session.settled_service({.port = nagled.listener.port()});
    expect_delivered(session, view, 177);
    expect_departures(session, view, 1, 1);
    session.expect_within(view, "/write_to_transmit/late_sum_seconds", 0.001, 0.25);
    constexpr std::uint64_t grace = 2 * ms;  // one look of the spinning loop can be preempted
    const Bracket truth = *nagled.truth;
    expect_late_mean(session, view,
                     {truth.low_ns > grace ? truth.low_ns - grace : 0, truth.high_ns + grace});
}

// Writes made and given a delay; they may differ by one in ten thousand (on an emulated CPU one in
// two hundred), and only downwards. What a kernel without bpf_spin_lock (5.10) loses inside its
// lock is counted, and comes on top.
void expect_nearly(Session& session, const View& view, const std::string& key, double truth) {
    const double lost = kernel_has_spin_lock() ? 0 : session.lost_delays();
    session.expect_within(view, key, truth * (session.vm() ? 0.995 : 0.9999) - lost, truth);
}

void nagle_many(Session& session) {
    const unsigned calls = session.vm() ? 20'000 : 300'000;
    constexpr std::size_t tiny = 10;
    const Listener listener;
    const Link link = listener.connect();
    Reader reader(link.connecting.get(), calls * tiny);
    for (unsigned i = 0; i < calls; ++i) write_all(link.accepted.get(), tiny);
    reader.finish();
    wait_all_acked(link.accepted.get());
    const View view = session.settled_service({.port = listener.port()});
    expect_delivered(session, view, calls * tiny);
    expect_nearly(session, view, "/write_to_transmit/count", calls);
    const auto late = view.number("/writes/late");
    const auto at_once = view.number("/writes/at_once");
    if (!late || !at_once) return session.expect(view, "/writes/late", 0);
    session.report().within("writes.at_once + writes.late", *at_once + *late, calls * 0.9999,
                            calls);
    session.report().within("late writes (Nagle must have held some)", *late, calls / 100.0, calls);
    expect_nearly(session, view, "/write_to_transmit/late_count", *late);
}

}  // namespace

std::vector<Scenario> nagle_scenarios() {
    return {
        {"nagle", "77 B held until a delayed ACK", nagle},
        {"nagle_many", "hundreds of thousands of tiny writes", nagle_many},
    };
}

}  // namespace wiregap::truth
