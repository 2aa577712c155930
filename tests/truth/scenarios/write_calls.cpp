// SPDX-License-Identifier: Apache-2.0
// The write calls themselves (syscalls: true): how many of each, and how long one took that slept.
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include <array>
#include <string>

#include "tests/truth/expectations.h"
#include "tests/truth/link.h"
#include "tests/truth/scenario.h"

namespace wiregap::truth {

namespace {

char letters[] = "0123456789";

void by_writev(int fd) {
    iovec part{letters, 10};
    must(::writev(fd, &part, 1), "writev");
}

void by_sendmsg(int fd) {
    iovec part{letters, 10};
    msghdr message{};
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    must(::sendmsg(fd, &message, 0), "sendmsg");
}

void by_sendmmsg(int fd) {
    iovec part{letters, 10};
    std::array<mmsghdr, 2> messages{};
    for (mmsghdr& one : messages) {
        one.msg_hdr.msg_iov = &part;
        one.msg_hdr.msg_iovlen = 1;
    }
    must(::sendmmsg(fd, messages.data(), messages.size(), 0), "sendmmsg");
}

// So many of each: every number is another, so that a mix-up shows.
std::size_t make_calls(int fd) {
    for (int i = 0; i < 11; ++i) must(::write(fd, letters, 10), "write");
    for (int i = 0; i < 12; ++i) by_writev(fd);
    for (int i = 0; i < 13; ++i) must(::send(fd, letters, 10, 0), "send");
    for (int i = 0; i < 14; ++i) by_sendmsg(fd);
    for (int i = 0; i < 15; ++i) by_sendmmsg(fd);
    return std::size_t{10} * (11 + 12 + 13 + 14 + 2 * 15);
}

void watched_calls(Session& session) {
    const Listener listener;
    session.start_daemon({.syscalls = true});
    const Link link = listener.connect();
    const std::size_t bytes = make_calls(link.accepted.get());
    read_exactly(link.connecting.get(), bytes);
    wait_all_acked(link.accepted.get());
    const View view = session.settled_service({.port = listener.port()});
    if (session.daemon() != nullptr && !session.has_hook("sys_enter")) {
        session.report().skip("write_calls", "no hook sys_enter in this back end");
        return session.stop_daemon();
    }
    unsigned calls = 11;
    for (const char* call : {"write", "writev", "sendto", "sendmsg", "sendmmsg"})
        session.expect(view, "/write_calls/" + std::string(call) + "/count", calls++);
    session.expect(view, "/write_calls/sendfile/count", 0);
    session.stop_daemon();
}

// A call that slept took as long as it took.
void write_call_time(Session& session) {
    const Listener listener;
    session.start_daemon({.syscalls = true});
    const Link link = listener.connect(1 << 16);
    const int writer = link.accepted.get();
    set_option(writer, SOL_SOCKET, SO_SNDBUF, 1 << 16);
    constexpr std::size_t bytes = 2 << 20;
    Reader reader(link.connecting.get(), bytes, 300 * ms);
    const std::uint64_t begin = now_ns();
    write_all(writer, bytes);
    const double seconds = static_cast<double>(now_ns() - begin) / 1e9;
    reader.finish();
    const View view = session.settled_service({.port = listener.port()});
    if (session.daemon() == nullptr || session.has_hook("sys_enter")) {
        session.expect(view, "/write_calls/write/count", 1);
        session.expect_within(view, "/write_calls/write/sum_seconds", seconds * 0.5,
                              seconds + 0.001);
    }
    session.stop_daemon();
}

}  // namespace

std::vector<Scenario> write_call_scenarios() {
    using enum Scenario::Needs;
    return {
        {"watched_calls", "each kind of write call, counted", watched_calls, own_daemon},
        {"watched_call_time", "a write() that sleeps for 300 ms", write_call_time, own_daemon},
    };
}

}  // namespace wiregap::truth
