// SPDX-License-Identifier: Apache-2.0
#include "daemon/loop/event_loop.h"

#include <pthread.h>
#include <sys/signalfd.h>
#include <sys/timerfd.h>

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <csignal>
#include <ctime>
#include <string>
#include <system_error>
#include <utility>

#include "daemon/util/clock.h"

namespace wiregap::loop {
namespace {

constexpr int most_looks = 4;  // in one turn, besides the one that woke it

util::Fd owned(int fd, const char* what) {
    if (fd < 0) throw std::system_error(errno, std::generic_category(), what);
    return util::Fd(fd);
}

/// epoll_ctl(2). Throws std::system_error.
void control(const util::Fd& epoll, int operation, int fd, unsigned events, epoll_data_t data) {
    epoll_event event{};
    event.events = events;
    event.data = data;
    if (epoll_ctl(epoll.get(), operation, fd, &event) != 0) {
        throw std::system_error(errno, std::generic_category(), "epoll_ctl");
    }
}

}  // namespace

EventLoop::EventLoop()
    : epoll_(owned(epoll_create1(EPOLL_CLOEXEC), "epoll_create1")),
      urgent_(owned(epoll_create1(EPOLL_CLOEXEC), "epoll_create1")) {
    control(epoll_, EPOLL_CTL_ADD, urgent_.get(), EPOLLIN, {.ptr = nullptr});
}
EventLoop::~EventLoop() = default;

void EventLoop::add(int fd, Handler handler) {
    control(urgent_, EPOLL_CTL_ADD, fd, EPOLLIN, {.fd = fd});
    handlers_[fd] = std::move(handler);
}

void EventLoop::remove(int fd) noexcept {
    epoll_ctl(urgent_.get(), EPOLL_CTL_DEL, fd, nullptr);
    handlers_.erase(fd);
}

void EventLoop::watch(int fd, unsigned events, Watcher& watcher) {
    control(epoll_, EPOLL_CTL_ADD, fd, events, {.ptr = &watcher});
}

void EventLoop::change(int fd, unsigned events, Watcher& watcher) {
    control(epoll_, EPOLL_CTL_MOD, fd, events, {.ptr = &watcher});
}

void EventLoop::unwatch(int fd) noexcept { epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, fd, nullptr); }

/// Waits for events, timeout_ms at most (-1: for as long as it takes).
void EventLoop::look(int timeout_ms) {
    const int count =
        epoll_wait(epoll_.get(), events_.data(), static_cast<int>(events_.size()), timeout_ms);
    if (count < 0 && errno != EINTR) {
        throw std::system_error(errno, std::generic_category(), "epoll_wait");
    }
    found_ = count < 0 ? 0 : static_cast<std::size_t>(count);
}

void BusyPoll::waited(std::uint64_t ns, std::uint64_t most_ns) noexcept {
    constexpr std::uint64_t first_ns = 10'000;
    window_ns_ =
        ns < most_ns ? std::min(std::max(window_ns_ * 2, first_ns), most_ns) : window_ns_ / 4;
}

/// Sleeps until there are events, if need be. Where they are there already, no clock is read.
void EventLoop::await() {
    const std::uint64_t most_ns = worker_ == nullptr ? 0 : worker_->most_look_ns();
    const std::uint64_t window_ns = busy_poll_.window_ns(most_ns);
    if (window_ns > 0) {
        look(0);
        if (found_ > 0) return;
    }
    const std::uint64_t began_ns = util::clock_ns(CLOCK_MONOTONIC);
    for (std::uint64_t now_ns = began_ns; now_ns - began_ns < window_ns;
         now_ns = util::clock_ns(CLOCK_MONOTONIC)) {
        look(0);
        if (found_ > 0) return;
    }
    look(-1);
    busy_poll_.waited(util::clock_ns(CLOCK_MONOTONIC) - began_ns, most_ns);
}

void EventLoop::dispatch() {
    for (std::size_t i = 0; i < found_; ++i) {
        const epoll_event& event = events_.at(i);
        auto* const watcher = static_cast<Watcher*>(event.data.ptr);
        if (watcher != nullptr) watcher->on_events(event.events);  // else the handlers' own
    }
}

/// What is ready of them, each once. True if there was any.
bool EventLoop::call_handlers() {
    std::array<epoll_event, 16> ready{};
    const int count =
        epoll_wait(urgent_.get(), ready.data(), static_cast<int>(ready.size()), /*timeout=*/0);
    for (int i = 0; i < count && running_; ++i) {
        const auto found = handlers_.find(ready.at(static_cast<std::size_t>(i)).data.fd);
        if (found != handlers_.end()) found->second();
    }
    return count > 0;
}

void EventLoop::serve_turn() {
    worker_->begin_turn();
    dispatch();
    // Bounded: what nobody reads now, or has died in this turn, would be found again and again.
    for (int looks = 0; looks < most_looks && worker_->wants_more(); ++looks) {
        look(0);
        if (found_ == 0) break;
        dispatch();
    }
}

void EventLoop::run() {
    running_ = true;
    bool work_left = false;
    while (running_) {
        if (work_left) {
            look(0);
        } else {
            await();
        }
        const bool may_be_urgent = work_left || found_ == events_.size() ||
                                   std::any_of(events_.begin(), events_.begin() + found_,
                                               [](const auto& e) { return e.data.ptr == nullptr; });
        if (worker_ == nullptr) {
            dispatch();
            call_handlers();
            continue;
        }
        serve_turn();
        work_left = worker_->end_turn();
        // What they left for clients, a verdict's change, is written in a turn of its own.
        if (may_be_urgent && call_handlers()) work_left = true;
    }
}

Ticker::Ticker(double seconds)
    : timer_(owned(timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC), "timerfd_create")) {
    set_period(seconds);
}

void Ticker::set_period(double seconds) {
    const auto ns = static_cast<long long>(std::llround(seconds * 1e9));
    timespec period{};
    period.tv_sec = static_cast<time_t>(ns / 1'000'000'000);
    period.tv_nsec = static_cast<long>(ns % 1'000'000'000);
    const itimerspec every{.it_interval = period, .it_value = period};
    if (timerfd_settime(timer_.get(), 0, &every, nullptr) != 0) {
        throw std::system_error(errno, std::generic_category(), "timerfd_settime");
    }
}

std::uint64_t Ticker::consume() noexcept {
    std::uint64_t ticks = 0;
    return read(timer_.get(), &ticks, sizeof ticks) == sizeof ticks ? ticks : 0;
}

Signals::Signals(std::initializer_list<int> numbers) {
    sigset_t set;
    sigemptyset(&set);
    for (const int number : numbers) sigaddset(&set, number);
    pthread_sigmask(SIG_BLOCK, &set, nullptr);
    signals_ = owned(signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC), "signalfd");
}

int Signals::next() noexcept {
    signalfd_siginfo info{};
    if (read(signals_.get(), &info, sizeof info) != sizeof info) return 0;
    return static_cast<int>(info.ssi_signo);
}

}  // namespace wiregap::loop
