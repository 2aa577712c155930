// SPDX-License-Identifier: Apache-2.0
// The reading and writing half of link.h.
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <exception>
#include <stdexcept>
#include <string>
#include <vector>

#include "tests/support/clock.h"
#include "tests/truth/link.h"
#include "tests/truth/socket_truth.h"

namespace wiregap::truth {

namespace {

// The same zeros for every write; contents do not matter here.
const std::vector<char>& zeros(std::size_t bytes) {
    thread_local std::vector<char> buffer;
    if (buffer.size() < bytes) buffer.resize(bytes);
    return buffer;
}

// Writes until EAGAIN.
Filled fill_once(int fd, std::size_t chunk_bytes, bool was_full) {
    Filled filled;
    const std::vector<char>& data = zeros(chunk_bytes);
    for (;;) {
        const ssize_t took = ::send(fd, data.data(), chunk_bytes, MSG_NOSIGNAL);
        if (took < 0 && errno == EAGAIN) {
            filled.would_block = 1;
            return filled;
        }
        must(took, "send");
        filled.accepted_bytes += static_cast<std::uint64_t>(took);
        const bool whole = static_cast<std::size_t>(took) == chunk_bytes;
        filled.partial += whole ? 0 : 1;
        filled.whole_after_full += whole && was_full ? 1 : 0;
        was_full |= !whole;
        ++filled.accepted_calls;
    }
}

// Everything that was sent is acknowledged and the rest waits: the peer's window is shut. The
// kernel sends one last small segment that fills the window when its probe timer ends, after about
// RTO (200 ms and more): only a longer standstill is one.
void wait_window_shut(int fd) {
    constexpr std::uint64_t standstill_ns = 450 * ms;
    SocketTruth last = socket_truth(fd);
    std::uint64_t since = now_ns();
    const bool still = poll_until(
        [&] {
            const SocketTruth now = socket_truth(fd);
            if (!(now == last) || now.unacked_bytes() > 0) since = now_ns();
            last = now;
            return now_ns() - since > standstill_ns;
        },
        20 * second, 5 * ms);
    if (!still)
        throw std::runtime_error("the queue of a peer that does not read never stood still");
}

}  // namespace

Filled& Filled::operator+=(const Filled& other) noexcept {
    accepted_bytes += other.accepted_bytes;
    accepted_calls += other.accepted_calls;
    partial += other.partial;
    would_block += other.would_block;
    whole_after_full += other.whole_after_full;
    return *this;
}

Filled fill(int fd, std::size_t chunk_bytes, bool was_full) {
    set_nonblocking(fd);
    Filled all;
    for (;;) {
        const Filled more = fill_once(fd, chunk_bytes, was_full || all.would_block > 0);
        all += more;
        if (more.accepted_bytes == 0) return all;
        wait_window_shut(fd);
    }
}

void write_all(int fd, std::size_t bytes) {
    const ssize_t took = must(::write(fd, zeros(bytes).data(), bytes), "write");
    if (static_cast<std::size_t>(took) != bytes) throw std::runtime_error("a short write");
}

void write_in_parts(int fd, std::size_t bytes) {
    constexpr std::size_t part = 16'384;
    for (std::size_t left = bytes; left > 0; left -= std::min(left, part)) {
        write_all(fd, std::min(left, part));
    }
}

void read_exactly(int fd, std::size_t bytes) {
    std::vector<char> buffer(std::min<std::size_t>(bytes, 1 << 16));
    while (bytes > 0) {
        const ssize_t got =
            must(read_some(fd, buffer.data(), std::min(buffer.size(), bytes)), "read");
        if (got == 0)
            throw std::runtime_error("the stream ended " + std::to_string(bytes) + " bytes early");
        bytes -= static_cast<std::size_t>(got);
    }
}

std::uint64_t read_to_end(int fd) {
    std::vector<char> buffer(1 << 16);
    std::uint64_t all = 0;
    while (const ssize_t got = must(read_some(fd, buffer.data(), buffer.size()), "read"))
        all += static_cast<std::uint64_t>(got);
    return all;
}

void wait_all_acked(int fd) {
    if (!poll_until([fd] { return send_queue_bytes(fd) == 0; }, 20 * second))
        throw std::runtime_error("the peer did not acknowledge everything within 20 s");
}

Reader::Reader(int fd, std::size_t bytes, std::uint64_t first_wait_ns)
    : thread_([this, fd, bytes, first_wait_ns] {
          try {
              sleep_ns(first_wait_ns);
              read_exactly(fd, bytes);
          } catch (...) {
              error_ = std::current_exception();
          }
      }) {}

Reader::~Reader() {
    if (thread_.joinable()) thread_.join();
}

void Reader::finish() {
    thread_.join();
    if (error_) std::rethrow_exception(error_);
}

}  // namespace wiregap::truth
