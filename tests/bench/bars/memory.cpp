// SPDX-License-Identifier: Apache-2.0
// B7: what wiregapd costs in memory, in the kernel per socket and in user space, and at start.
#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <chrono>
#include <cstddef>
#include <stdexcept>
#include <thread>
#include <vector>

#include "tests/bench/bars/bars.h"
#include "tests/bench/lib/kernel_memory.h"
#include "tests/bench/lib/report.h"
#include "tests/bench/lib/sockets.h"

namespace wiregap::bench {

namespace {

using namespace std::chrono_literals;

constexpr std::size_t pair_count = 5000;
constexpr double socket_count = 2 * pair_count;

/// Kernel bytes per socket that appeared while sockets were opened and wrote without delay, and
/// then while each of them had a write waiting.
struct Growth {
    double opened = 0;
    double late = 0;
};

/// Memory is freed after RCU grace periods: measure when that is over.
double settled_bytes() {
    std::this_thread::sleep_for(200ms);
    return kernel_memory_bytes();
}

void write_at_once(const std::vector<Pair>& pairs) {
    for (const Pair& pair : pairs) {
        send_across(pair.client.get(), pair.server.get(), 64);
        send_across(pair.server.get(), pair.client.get(), 64);
    }
}

void write_late(int fd) {
    set_option(fd, IPPROTO_TCP, TCP_CORK, 1);
    constexpr char message[64] = {};
    if (send(fd, message, sizeof message, MSG_NOSIGNAL) != sizeof message) {
        throw std::runtime_error("a corked write was not accepted");
    }
}

Growth growth_of_sockets() {
    const Listener listener;
    const double before = settled_bytes();
    const std::vector<Pair> pairs = connect_pairs(listener, pair_count);
    write_at_once(pairs);
    const double opened = settled_bytes();
    for (const Pair& pair : pairs) {
        write_late(pair.client.get());
        write_late(pair.server.get());
    }
    const double late = settled_bytes();
    return {(opened - before) / socket_count, (late - opened) / socket_count};
}

void report_kernel_memory(const Settings& settings, Report& report) {
    const auto watched = make_condition(settings.condition, settings.files);
    std::vector<double> opened;
    std::vector<double> late;
    growth_of_sockets();  // the first one fills caches that stay
    for (int round = 0; round < 7; ++round) {
        await_bare();
        const Growth bare = growth_of_sockets();
        watched->enter();
        const Growth with = growth_of_sockets();
        watched->leave();
        opened.push_back(with.opened - bare.opened);
        late.push_back(with.late - bare.late);
        report.detail(
            fmt::format("round {}: bytes per socket, bare: opened {:.1f} late {:.1f}; "
                        "watched: opened {:.1f} late {:.1f}",
                        round, bare.opened, bare.late, with.opened, with.late));
    }
    report.at_most("never_late_socket_bytes", median(opened), 16, 1);
    report.at_most("late_socket_bytes", median(late), 336, 1);
}

void report_resident_memory(const Settings& settings, Report& report) {
    const Listener listener;
    const std::vector<Pair> pairs = connect_pairs(listener, pair_count);
    write_at_once(pairs);
    Daemon daemon(settings.files);
    daemon.start();
    report.detail(fmt::format("start-up with {} sockets: {:.3f} s of CPU", socket_count,
                              daemon.cpu_seconds()));
    for (int tick = 0; tick < 3; ++tick) static_cast<void>(daemon.get_fresh_json("/api/v1/self"));
    report.at_most("resident_megabytes_10k_sockets", daemon.resident_bytes() / 1e6, 20, 1);
    daemon.stop();
}

void report_start(const Settings& settings, Report& report) {
    std::vector<double> cpu_seconds;
    for (int start = 0; start < 7; ++start) {
        Daemon daemon(settings.files);
        daemon.start();
        cpu_seconds.push_back(daemon.cpu_seconds());
        daemon.stop();
    }
    report.at_most("start_cpu_seconds", median(std::move(cpu_seconds)), 0.1);
}

}  // namespace

void bar_memory(const Settings& settings) {
    raise_descriptor_limit();
    Report report("B7", settings.out_dir);
    report_kernel_memory(settings, report);
    if (!settings.measures_daemon()) return;
    report_resident_memory(settings, report);
    report_start(settings, report);
}

}  // namespace wiregap::bench
