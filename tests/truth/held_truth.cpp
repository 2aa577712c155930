// SPDX-License-Identifier: Apache-2.0
#include "tests/truth/held_truth.h"

#include <linux/tcp.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>

#include "tests/support/clock.h"
#include "tests/support/fd.h"
#include "tests/truth/socket_truth.h"

namespace wiregap::truth {

namespace {

constexpr std::uint64_t look_every_ns = 100 * us;

}  // namespace

HeldWatch::HeldWatch(int fd, bool vm)
    : fd_(fd), looked_away_ns_(vm ? 5 * ms : 1 * ms), thread_([this] { watch(); }) {}

HeldWatch::~HeldWatch() {
    stop_ = true;
    if (thread_.joinable()) thread_.join();
}

HeldTime HeldWatch::end() {
    stop_ = true;
    thread_.join();
    return held_;
}

void HeldWatch::watch() {
    Look before{now_ns(), notsent_bytes(fd_)};
    while (!stop_) {
        sleep_ns(look_every_ns);
        // The clock before the answer: what is seen was so at that time or a little later.
        const Look now{now_ns(), notsent_bytes(fd_)};
        add(before, now);
        before = now;
    }
}

void HeldWatch::add(const Look& before, const Look& now) {
    const double seconds = static_cast<double>(now.ns - before.ns) / 1e9;
    const std::uint32_t less = std::min(before.notsent_bytes, now.notsent_bytes);
    const std::uint32_t more = std::max(before.notsent_bytes, now.notsent_bytes);
    const bool looked_away = now.ns - before.ns > looked_away_ns_;
    held_.most_bytes = std::max(held_.most_bytes, more);
    held_.low_seconds += less > 0 && !looked_away ? seconds : 0;
    held_.high_seconds += more > 0 || looked_away ? seconds : 0;
    held_.low_byte_seconds += looked_away ? 0 : seconds * less;
    held_.high_byte_seconds += seconds * (looked_away ? std::max(more, held_.most_bytes) : more);
}

double rwnd_limited_seconds(int fd) {
    tcp_info info{};
    socklen_t bytes = sizeof info;
    must(::getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &bytes), "getsockopt TCP_INFO");
    return static_cast<double>(info.tcpi_rwnd_limited) / 1e6;
}

}  // namespace wiregap::truth
