// SPDX-License-Identifier: Apache-2.0
#include "tests/truth/uring.h"

#include <linux/io_uring.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstring>

namespace wiregap::truth {

namespace {

void* map(const Fd& ring, std::size_t bytes, std::uint64_t offset) {
    void* const at = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE,
                          ring.get(), static_cast<off_t>(offset));
    if (at == MAP_FAILED) throw NoUring{std::string("mmap: ") + std::strerror(errno)};
    return at;
}

}  // namespace

Uring::Uring() {
    io_uring_params params{};
    ring_ = Fd(static_cast<int>(syscall(__NR_io_uring_setup, 4, &params)));
    if (!ring_.valid()) throw NoUring{std::string("io_uring_setup: ") + std::strerror(errno)};
    submissions_.bytes = params.sq_off.array + params.sq_entries * sizeof(std::uint32_t);
    entries_.bytes = params.sq_entries * sizeof(io_uring_sqe);
    completions_.bytes = params.cq_off.cqes + params.cq_entries * sizeof(io_uring_cqe);
    submissions_.at = map(ring_, submissions_.bytes, IORING_OFF_SQ_RING);
    entries_.at = map(ring_, entries_.bytes, IORING_OFF_SQES);
    completions_.at = map(ring_, completions_.bytes, IORING_OFF_CQ_RING);
    submission_tail_ = params.sq_off.tail;
    submission_mask_ = params.sq_off.ring_mask;
    submission_array_ = params.sq_off.array;
    completion_head_ = params.cq_off.head;
    completion_tail_ = params.cq_off.tail;
    completion_mask_ = params.cq_off.ring_mask;
    completion_entries_ = params.cq_off.cqes;
}

Uring::~Uring() {
    for (const Mapping& mapping : {submissions_, entries_, completions_}) {
        if (mapping.at != nullptr) munmap(mapping.at, mapping.bytes);
    }
}

std::uint32_t* Uring::word(const Mapping& mapping, std::uint32_t offset) const {
    return reinterpret_cast<std::uint32_t*>(static_cast<char*>(mapping.at) + offset);
}

int Uring::send(int fd, const void* data, std::size_t bytes) {
    std::atomic_ref<std::uint32_t> tail(*word(submissions_, submission_tail_));
    const std::uint32_t slot = tail.load() & *word(submissions_, submission_mask_);
    io_uring_sqe& entry = static_cast<io_uring_sqe*>(entries_.at)[slot];
    entry = {};
    entry.opcode = IORING_OP_SEND;
    entry.fd = fd;
    entry.addr = reinterpret_cast<std::uint64_t>(data);
    entry.len = static_cast<std::uint32_t>(bytes);
    word(submissions_, submission_array_)[slot] = slot;
    tail.store(tail.load() + 1);
    std::atomic_ref<std::uint32_t> head(*word(completions_, completion_head_));
    std::atomic_ref<std::uint32_t> completed(*word(completions_, completion_tail_));
    // What it submitted stays submitted if it is interrupted while it waits.
    for (long submit = 1; completed.load() == head.load(); submit = 0) {
        const long entered = syscall(__NR_io_uring_enter, ring_.get(), submit, 1,
                                     IORING_ENTER_GETEVENTS, nullptr, 0);
        if (entered < 0 && errno != EINTR) must(entered, "io_uring_enter");
    }
    const std::uint32_t done = head.load() & *word(completions_, completion_mask_);
    const auto* const results = reinterpret_cast<const io_uring_cqe*>(
        static_cast<const char*>(completions_.at) + completion_entries_);
    const int result = results[done].res;
    head.store(head.load() + 1);
    return result;
}

}  // namespace wiregap::truth
