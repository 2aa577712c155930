// SPDX-License-Identifier: Apache-2.0
// A connection's first late write, while an ACK comes in on another CPU: both want to make the
// state of the socket, and neither may go without.
#include <sched.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <thread>

#include "tests/truth/expectations.h"
#include "tests/truth/link.h"
#include "tests/truth/scenario.h"

namespace wiregap::truth {

namespace {

struct LateWrites {
    std::uint64_t bytes = 0;
    std::uint64_t calls = 0;  ///< that took something
};

void stay_on_last_cpu() {
    cpu_set_t cpus;
    CPU_ZERO(&cpus);
    CPU_SET(std::thread::hardware_concurrency() - 1, &cpus);
    sched_setaffinity(0, sizeof cpus, &cpus);  // with one CPU there is nothing to race with
}

/// Six writes of other lengths each time, which together are more than the buffer takes.
LateWrites race_with_acks(const Listener& listener, unsigned turn) {
    static const std::array<char, 68'000> block{};
    Link link = listener.connect();
    set_option(link.accepted.get(), SOL_SOCKET, SO_SNDBUF, 1 << 16);
    std::thread reader([fd = link.connecting.get()] {
        stay_on_last_cpu();
        read_to_end(fd);
    });
    LateWrites sent;
    for (unsigned i = 0; i < 6; ++i) {
        const std::size_t bytes = 8'000 + (turn * 7'919 + i * 10'007) % 60'000;
        const ssize_t took = ::send(link.accepted.get(), block.data(), bytes, MSG_DONTWAIT);
        if (took <= 0) continue;
        sent.bytes += static_cast<std::uint64_t>(took);
        ++sent.calls;
    }
    link.accepted.reset();
    reader.join();
    return sent;
}

void first_late_writes(Session& session) {
    const unsigned connections = session.vm() ? 300 : 5'000;
    const Listener listener;
    LateWrites sent;
    for (unsigned turn = 0; turn < connections; ++turn) {
        const LateWrites one = race_with_acks(listener, turn);
        sent.bytes += one.bytes;
        sent.calls += one.calls;
    }
    const View view = session.settled_service({.port = listener.port()});
    if (!session.sees_deaths()) return;
    expect_delivered(session, view, sent.bytes);
    expect_writes(session, view, sent.calls);
    if (!view.number("/writes/late")) return;
    session.report().within("late writes", static_cast<double>(view.count("/writes/late")), 1,
                            static_cast<double>(sent.calls));
    if (kernel_has_spin_lock())
        session.report().within("late writes without state or delay", session.lost_delays(), 0, 0);
}

}  // namespace

std::vector<Scenario> first_late_scenarios() {
    return {
        {"first_late_writes", "first late writes against ACKs on another CPU", first_late_writes}};
}

}  // namespace wiregap::truth
