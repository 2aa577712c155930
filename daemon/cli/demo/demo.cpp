// SPDX-License-Identifier: Apache-2.0
#include "daemon/cli/demo/demo.h"

#include <poll.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <optional>
#include <ostream>
#include <vector>

#include "daemon/cli/demo/client.h"
#include "daemon/cli/demo/socket.h"
#include "daemon/cli/failure.h"
#include "daemon/util/inet.h"
#include "daemon/util/resp_command.h"

namespace wiregap::cli {
namespace {

using Clock = DemoClient::Clock;
constexpr int slow_requests = 1000;
constexpr int slow_receive_buffer_bytes = 65536;
constexpr int turn_ms = 2;

/// SIGINT and SIGTERM as a descriptor, for as long as the object lives.
class Signals {
  public:
    Signals() {
        sigset_t wanted;
        sigemptyset(&wanted);
        for (const int number : {SIGINT, SIGTERM}) sigaddset(&wanted, number);
        sigprocmask(SIG_BLOCK, &wanted, &before_);
        fd_ = Fd(signalfd(-1, &wanted, SFD_CLOEXEC | SFD_NONBLOCK));
    }
    ~Signals() {
        while (come()) {  // what is still pending must not end the process afterwards
        }
        sigprocmask(SIG_SETMASK, &before_, nullptr);
    }
    Signals(const Signals&) = delete;
    Signals& operator=(const Signals&) = delete;

    /// True, once for each, if one has come.
    [[nodiscard]] bool come() const {
        signalfd_siginfo info{};
        return read(fd_.get(), &info, sizeof info) == sizeof info;
    }

  private:
    sigset_t before_{};
    Fd fd_;
};

std::optional<Clock::time_point> end_after(double seconds) {
    if (seconds <= 0) return std::nullopt;
    // Bounded, so that no number overflows the clock: ten years are no end as well.
    const std::chrono::duration<double> bounded(std::min(seconds, 3e8));
    return Clock::now() + std::chrono::ceil<Clock::duration>(bounded);
}

/// One turn: who is due asks, who got something reads.
void turn(std::vector<DemoClient>& readers) {
    std::vector<pollfd> events;
    const auto now = Clock::now();
    for (DemoClient& reader : readers) {
        reader.request_when_due(now);
        events.push_back({reader.fd(), POLLIN, 0});
    }
    if (poll(events.data(), events.size(), turn_ms) <= 0) return;
    for (std::size_t i = 0; i < readers.size(); ++i) {
        if (events[i].revents != 0) readers[i].read_some();
    }
}

}  // namespace

DemoTarget parse_demo_target(const std::string& text) {
    const auto parts = util::split_address(text);
    if (!parts || parts->port.value_or(0) == 0) {
        throw Failure("'" + text +
                      "' is no address and port; write 127.0.0.1:16379 or [::1]:16379");
    }
    return {.address = parts->address, .port = *parts->port, .password = ""};
}

void run_demo(const DemoTarget& target, double seconds, std::ostream& out) {
    const Signals signals;
    DemoClient owner(target);
    owner.ask(util::resp_command({"SET", "wiregap:demo", std::string(demo_value_bytes, 'w')}));
    std::vector<DemoClient> readers;
    readers.reserve(demo_readers);
    for (int i = 0; i < demo_readers; ++i) readers.emplace_back(target);
    DemoClient slow(target, slow_receive_buffer_bytes);
    slow.request(slow_requests);
    out << demo_readers << " clients ask for " << demo_readers * demo_requests_per_second
        << " values of " << demo_value_bytes / 1024 << " KiB a second and read them\n"
        << "1 client, " << slow.own_address() << ", has asked for " << slow_requests
        << " values and reads none\n";
    out.flush();
    const auto end = end_after(seconds);
    while (!signals.come() && (!end || Clock::now() < *end)) turn(readers);
    owner.ask("DEL wiregap:demo\r\n");
}

}  // namespace wiregap::cli
