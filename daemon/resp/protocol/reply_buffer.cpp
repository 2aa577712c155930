// SPDX-License-Identifier: Apache-2.0
#include "daemon/resp/protocol/reply_buffer.h"

#include <algorithm>
#include <cstring>

namespace wiregap::resp {
namespace {

constexpr std::size_t small_first_bytes = 1024;
constexpr std::size_t full_first_bytes = 16384;
constexpr std::size_t block_bytes = 16384;
constexpr std::size_t small_block_bytes = 256;
constexpr std::size_t most_block_bytes = 65536;
/// Smaller texts are copied: an entry of its own costs more than the copy.
constexpr std::size_t shared_from_bytes = 2048;
/// Of a block's entry, with what the allocator adds.
constexpr std::size_t entry_bytes = 96;

}  // namespace

/// False: it has ended, or ends because of these.
bool ReplyBuffer::admits(std::size_t bytes) {
    if (ended_) return false;
    if (pending() + bytes <= hard_limit_bytes_) return true;
    overflowed_ = true;
    end();
    return false;
}

void ReplyBuffer::append_slowly(std::string_view bytes) {
    if (!admits(bytes.size())) return;
    if (!first_) make_first();
    std::size_t taken = 0;
    if (first_ && blocks_.empty()) {
        taken = std::min(room_ - used_, bytes.size());
        std::memcpy(first_.get() + used_, bytes.data(), taken);
        used_ += taken;
        was_short_ = taken < bytes.size() || was_short_;
    }
    while (taken < bytes.size() && !ended_) {
        if (blocks_.empty() || blocks_.back().used == blocks_.back().capacity) {
            // Behind a shared text mostly comes the end of its line, and another text.
            const bool after_shared = !blocks_.empty() && !blocks_.back().own;
            add_block(std::clamp(bytes.size() - taken,
                                 after_shared ? small_block_bytes : block_bytes, most_block_bytes));
        }
        if (ended_) return;  // it was the largest, and room was wanted
        Block& last = blocks_.back();
        const std::size_t fits = std::min(last.capacity - last.used, bytes.size() - taken);
        std::memcpy(last.own.get() + last.used, bytes.data() + taken, fits);
        last.used += fits;
        taken += fits;
    }
    if (!ended_) produced_ += bytes.size();
}

/// Most clients never need more than a little; who did once gets the large one.
void ReplyBuffer::make_first() {
    const std::size_t room = was_short_ ? full_first_bytes : small_first_bytes;
    share_.add(room);
    if (ended_) return;
    // Left as it is: zeroing it for each client that says hello is work for nothing.
    first_ = std::unique_ptr<char[]>(new char[room]);
    room_ = room;
}

void ReplyBuffer::drop_first() {
    share_.subtract(room_);
    first_.reset();
    room_ = 0;
}

void ReplyBuffer::add_block(std::size_t capacity) {
    share_.add(capacity + entry_bytes);
    if (ended_) return;
    blocks_.push_back({.own = std::unique_ptr<char[]>(new char[capacity]),
                       .shared = nullptr,
                       .capacity = capacity});
    block_memory_ += capacity;
}

void ReplyBuffer::append(const TextPtr& text) {
    const std::size_t size = text->bytes.size();
    if (size < shared_from_bytes) {
        append(std::string_view(text->bytes));
        return;
    }
    if (!admits(size)) return;
    share_.add(entry_bytes);
    if (ended_) return;
    const std::size_t weight = text->footprint() / static_cast<std::size_t>(text.use_count());
    blocks_.push_back(
        {.own = nullptr, .shared = text, .capacity = size, .used = size, .shared_weight = weight});
    shared_weight_ += weight;
    block_memory_ += size;
    produced_ += size;
}

void ReplyBuffer::end() {
    ended_ = true;
    produced_ = written_;
    used_ = sent_ = block_memory_ = shared_weight_ = 0;
    blocks_.clear();
    first_.reset();
    room_ = 0;
    share_.set(0);
}

std::span<iovec> ReplyBuffer::front(std::span<iovec> parts, std::size_t most) {
    std::size_t count = 0;
    std::size_t skip = sent_;
    const auto take = [&](const char* bytes, std::size_t size) {
        const std::size_t fits = std::min(size - skip, most);
        // iovec has no const; sendmsg() does not change the bytes.
        parts[count++] = {const_cast<char*>(bytes) + skip, fits};
        most -= fits;
        skip = 0;
    };
    if (used_ > 0 && most > 0) take(first_.get(), used_);
    for (const Block& block : blocks_) {
        if (most == 0 || count == parts.size()) break;
        take(block.bytes(), block.used);
    }
    return parts.first(count);
}

void ReplyBuffer::written(std::size_t bytes) {
    written_ += bytes;
    sent_ += bytes;
    if (used_ > 0 && sent_ >= used_) {
        sent_ -= used_;
        used_ = 0;
    }
    while (used_ == 0 && !blocks_.empty() && sent_ >= blocks_.front().used) drop_block();
    if (pending() == 0 && was_short_ && room_ < full_first_bytes) drop_first();
}

void ReplyBuffer::drop_block() {
    const Block& block = blocks_.front();
    sent_ -= block.used;
    block_memory_ -= block.capacity;
    shared_weight_ -= block.shared_weight;
    share_.subtract(entry_bytes + (block.own ? block.capacity : 0));
    blocks_.pop_front();
}

void ReplyBuffer::shrink() {
    if (used_ > 0 || !blocks_.empty() || room_ == 0) return;
    was_short_ = false;
    drop_first();
}

}  // namespace wiregap::resp
