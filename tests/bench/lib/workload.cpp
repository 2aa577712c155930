// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/lib/workload.h"

#include <sys/socket.h>

#include <array>
#include <cerrno>

#include "tests/bench/lib/error.h"
#include "tests/bench/lib/stats.h"
#include "tests/support/clock.h"

namespace wiregap::bench {

namespace {

constexpr std::size_t message_bytes = 64;

void reset_on_close(int fd) {
    const linger hard{1, 0};
    checked(setsockopt(fd, SOL_SOCKET, SO_LINGER, &hard, sizeof hard), "SO_LINGER");
}

/// False when the send queue is full.
bool send_message(int fd) {
    static const std::array<char, message_bytes> message{};
    const ssize_t sent = send(fd, message.data(), message.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent < 0 && errno != EAGAIN) throw_errno("send");
    return sent > 0;
}

}  // namespace

PingPong::PingPong(std::uint64_t writes_per_batch)
    : pair_(connect_pair(listener_)), writes_(writes_per_batch) {
    set_nodelay(pair_);
}

std::uint64_t PingPong::run_batch() {
    for (std::uint64_t done = 0; done < writes_; done += 2) {
        send_across(pair_.client.get(), pair_.server.get(), message_bytes);
        send_across(pair_.server.get(), pair_.client.get(), message_bytes);
    }
    return writes_;
}

ColdSockets::ColdSockets(std::size_t pairs) : pairs_(connect_pairs(listener_, pairs)) {
    for (const Pair& pair : pairs_) set_nodelay(pair);
}

std::uint64_t ColdSockets::run_batch() {
    for (const Pair& pair : pairs_)
        send_across(pair.client.get(), pair.server.get(), message_bytes);
    for (const Pair& pair : pairs_)
        send_across(pair.server.get(), pair.client.get(), message_bytes);
    return 2 * pairs_.size();
}

Nagle::Nagle() : pair_(connect_pair(listener_)) {}

std::uint64_t Nagle::run_batch() {
    constexpr std::uint64_t writes = 16384;
    std::uint64_t done = 0;
    while (done < writes) {
        const bool sent = send_message(pair_.client.get());
        done += sent ? 1U : 0U;
        // A loopback segment holds 1,023 messages: reading now and then is enough, and each read
        // may send the ACK that lets the tail go.
        if (!sent || done % 4096 == 0) drain(pair_.server.get());
    }
    return writes;
}

std::uint64_t Churn::run_batch() {
    constexpr std::uint64_t connections = 250;
    for (std::uint64_t done = 0; done < connections; ++done) {
        Pair pair = connect_pair(listener_);
        send_across(pair.client.get(), pair.server.get(), message_bytes);
        reset_on_close(pair.client.get());
        pair.client = util::Fd();
        pair.server = util::Fd();
    }
    return connections;
}

void Unread::add() {
    pairs_.push_back(connect_pair(listener_));
    set_nodelay(pairs_.back());
    send_message(pairs_.back().client.get());
}

double segment_ns_per_operation(Workload& workload, std::uint64_t segment_ns) {
    workload.run_batch();
    std::vector<double> batches;
    std::uint64_t used_ns = 0;
    while (used_ns < segment_ns) {
        const std::uint64_t began = thread_cpu_ns();
        const std::uint64_t operations = workload.run_batch();
        const std::uint64_t batch_ns = thread_cpu_ns() - began;
        used_ns += batch_ns;
        batches.push_back(static_cast<double>(batch_ns) / static_cast<double>(operations));
    }
    return median(std::move(batches));
}

}  // namespace wiregap::bench
