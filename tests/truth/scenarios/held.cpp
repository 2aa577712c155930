// SPDX-License-Identifier: Apache-2.0
// What wiregap shows of a connection while its bytes are held.
#include <fmt/format.h>
#include <linux/tcp.h>

#include <stdexcept>

#include "tests/truth/expectations.h"
#include "tests/truth/link.h"
#include "tests/truth/scenario.h"

namespace wiregap::truth {

namespace {

constexpr std::size_t seen_bytes = 500;

struct Held {
    Picture picture;
    SocketTruth truth;
    Bracket age;  ///< of the bytes, when the picture was taken
    bool caught = false;
};

// Shortly before wiregap's next tick, so that its picture and our questions about it fit into the
// 200 ms that the kernel holds a corked segment.
void wait_for_tick(const Session& session) {
    if (session.daemon() == nullptr) return;
    const std::uint64_t last = session.first_after(now_ns()).taken_ns;
    std::uint64_t next = last + tick_ns;
    while (next < now_ns() + 20 * ms) next += tick_ns;
    wait_until_ns(next - 15 * ms);
}

// Takes a picture while the bytes are held; not caught if the kernel let them go meanwhile.
Held look_while_held(const Session& session, const Listener& listener, const Link& link) {
    const int writer = link.accepted.get();
    Held held;
    wait_for_tick(session);
    set_tcp_option(writer, TCP_CORK, 1);
    const std::uint64_t write_begin = now_ns();
    write_all(writer, seen_bytes);
    const std::uint64_t write_end = now_ns();
    held.truth = socket_truth(writer);
    held.picture = session.first_after(write_end, fmt::format("port={}", listener.port()));
    held.caught = socket_truth(writer) == held.truth;
    held.age = {held.picture.taken_ns - write_end, held.picture.asked_ns - write_begin};
    set_tcp_option(writer, TCP_CORK, 0);
    read_exactly(link.connecting.get(), seen_bytes);
    wait_all_acked(writer);
    return held;
}

void cork_seen(Session& session) {
    const Listener listener;
    const Link link = listener.connect();
    set_tcp_option(link.accepted.get(), TCP_NODELAY, 1);
    Held held;
    // Each is a new attempt to look in time, and says nothing of what is seen then.
    for (unsigned tries = 0; tries < 40 && !held.caught; ++tries)
        held = look_while_held(session, listener, link);
    if (!held.caught) throw std::runtime_error("no picture within the 200 ms that a cork lasts");
    session.consistent("notsent while corked", held.truth.notsent_bytes, seen_bytes);
    expect_consistent(session, held.truth);
    expect_gauges(session, session.service(held.picture, {.port = listener.port()}), held.truth);
    if (session.daemon() == nullptr) return;
    const View row = session.connection(held.picture, link.accepted.get());
    expect_row(session, row, held.truth);
    const double slack = session.vm() ? 0.020 : 0.002;
    const double low = static_cast<double>(held.age.low_ns) / 1e9 - slack;
    const double high = static_cast<double>(held.age.high_ns) / 1e9 + slack;
    session.expect_within(row, "/oldest_notsent_seconds", low, high);
    const ServiceKey key{.port = listener.port()};
    session.expect_within(session.service(held.picture, key), "/oldest_notsent_seconds", low, high);
    session.expect_within(session.settled_service(key), "/oldest_notsent_seconds", 0, 0);
}

}  // namespace

std::vector<Scenario> held_scenarios() {
    return {{"cork_seen", "gauges and the connection's row while 500 B are corked", cork_seen}};
}

}  // namespace wiregap::truth
