// SPDX-License-Identifier: Apache-2.0
// One thread: a ticking timer, signals, and whatever descriptors are added. What must never wait
// for clients, however many there are, has an epoll of its own, which is looked at between any two
// turns.
#pragma once

#include <sys/epoll.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <memory>
#include <unordered_map>

#include "daemon/util/fd.h"

namespace wiregap::loop {

/// What happens to one descriptor.
class Watcher {
  public:
    Watcher() = default;
    virtual ~Watcher() = default;
    Watcher(const Watcher&) = delete;
    Watcher& operator=(const Watcher&) = delete;
    /// events: EPOLLIN, EPOLLOUT, EPOLLERR, EPOLLHUP (epoll_ctl(2)).
    virtual void on_events(unsigned events) = 0;
};

/// Who has work at the turns of the loop, besides what descriptors bring.
class TurnWorker {
  public:
    TurnWorker() = default;
    virtual ~TurnWorker() = default;
    TurnWorker(const TurnWorker&) = delete;
    TurnWorker& operator=(const TurnWorker&) = delete;
    /// The loop woke up; nothing of this turn has been done yet.
    virtual void begin_turn() = 0;
    /// True: what has come since the loop woke up belongs to this turn, too.
    [[nodiscard]] virtual bool wants_more() const = 0;
    /// All events of the turn are done. True: there is work left, do not sleep.
    virtual bool end_turn() = 0;
    /// So long at most the loop may look for more before the thread sleeps, after this turn.
    [[nodiscard]] virtual std::uint64_t most_look_ns() const = 0;
};

/// Whether to look a few times more before the thread sleeps: it pays where the next event is
/// nearer than a sleep and its wake-up, which the waker pays for as well. Told by the last sleeps,
/// so that sparse traffic costs nothing (as halt polling in virt/kvm/kvm_main.c,
/// grow_halt_poll_ns).
class BusyPoll {
  public:
    /// So long to look, without sleeping, where most_ns may be spent.
    [[nodiscard]] std::uint64_t window_ns(std::uint64_t most_ns) const noexcept {
        return std::min(window_ns_, most_ns);
    }
    /// So long it took until there was something, and the thread had to sleep for it.
    void waited(std::uint64_t ns, std::uint64_t most_ns) noexcept;

  private:
    std::uint64_t window_ns_ = 0;
};

class EventLoop {
  public:
    using Handler = std::function<void()>;

    /// Throws std::system_error if the kernel gives no epoll.
    EventLoop();
    ~EventLoop();
    EventLoop(const EventLoop&) = delete;
    EventLoop& operator=(const EventLoop&) = delete;

    /// Calls `handler` whenever `fd` is readable, between turns: a timer, signals. The descriptor
    /// stays the caller's.
    void add(int fd, Handler handler);
    void remove(int fd) noexcept;
    /// Calls `watcher` for these events of `fd`, in turns. Both stay the caller's, until unwatch().
    void watch(int fd, unsigned events, Watcher& watcher);
    void change(int fd, unsigned events, Watcher& watcher);
    /// Not inside on_events(): what this turn already fetched may name the watcher. end_turn() is
    /// the place.
    void unwatch(int fd) noexcept;
    /// At most one worker; null: none.
    void set_worker(TurnWorker* worker) noexcept { worker_ = worker; }
    /// Runs until stop(). Exceptions of handlers leave through here.
    void run();
    void stop() noexcept { running_ = false; }

  private:
    void look(int timeout_ms);
    void await();
    void dispatch();
    void serve_turn();
    bool call_handlers();

    util::Fd epoll_;
    util::Fd urgent_;  ///< the handlers' epoll; in epoll_, too, to wake up for it
    std::array<epoll_event, 128> events_{};
    std::size_t found_ = 0;  ///< of events_, by the last look
    BusyPoll busy_poll_;
    std::unordered_map<int, Handler> handlers_;
    TurnWorker* worker_ = nullptr;
    bool running_ = false;
};

/// A periodic timer (CLOCK_MONOTONIC). Ticks that a late loop missed are not made up for.
class Ticker {
  public:
    explicit Ticker(double seconds);
    /// 0: it rests.
    void set_period(double seconds);
    [[nodiscard]] int fd() const noexcept { return timer_.get(); }
    /// Call when readable. Ticks that passed since the last call, 1 if the loop is in time.
    std::uint64_t consume() noexcept;

  private:
    util::Fd timer_;
};

/// Signals as a descriptor; they are blocked for the process from then on.
class Signals {
  public:
    explicit Signals(std::initializer_list<int> numbers);
    [[nodiscard]] int fd() const noexcept { return signals_.get(); }
    /// The next pending signal's number, 0 if there is none.
    int next() noexcept;

  private:
    util::Fd signals_;
};

}  // namespace wiregap::loop
