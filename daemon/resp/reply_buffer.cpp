// SPDX-License-Identifier: Apache-2.0
#include "daemon/resp/reply_buffer.h"

#include <algorithm>
#include <cstring>

#include "daemon/resp/limits.h"

namespace wiregap::resp {
namespace {

constexpr std::size_t first_bytes_room = 16 * kib;
constexpr std::size_t block_room = 16 * kib;
/// Smaller values are copied: an entry of its own costs more than the copy.
constexpr std::size_t shared_from = 8 * kib;

}  // namespace

void ReplyBuffer::append_slowly(std::string_view bytes) {
    if (!first_) {
        // Left as it is: zeroing 16 KB for each client that says hello is work for nothing.
        first_ = std::unique_ptr<char[]>(new char[first_bytes_room]);
        room_ = first_bytes_room;
    }
    produced_ += bytes.size();
    if (blocks_.size() == gone_) {
        const std::size_t fits = std::min(room_ - used_, bytes.size());
        std::memcpy(first_.get() + used_, bytes.data(), fits);
        used_ += fits;
        bytes.remove_prefix(fits);
    }
    while (!bytes.empty()) {
        if (blocks_.size() == gone_ || blocks_.back().used == blocks_.back().capacity) {
            add_block(std::max(block_room, std::min(bytes.size(), write_turn_bytes)));
        }
        Block& last = blocks_.back();
        const std::size_t fits = std::min(last.capacity - last.used, bytes.size());
        std::memcpy(last.own.get() + last.used, bytes.data(), fits);
        last.used += fits;
        bytes.remove_prefix(fits);
    }
}

void ReplyBuffer::add_block(std::size_t capacity) {
    blocks_.push_back({std::unique_ptr<char[]>(new char[capacity]), Blob(), capacity, /*used=*/0});
    block_memory_ += capacity;
}

void ReplyBuffer::append(const Blob& blob) {
    const std::string_view bytes = blob.view();
    if (muted_ || bytes.size() < shared_from) {
        append(bytes);
        return;
    }
    produced_ += bytes.size();
    blocks_.push_back({nullptr, blob, bytes.size(), bytes.size()});
    block_memory_ += blob.footprint();
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
    for (std::size_t i = gone_; i < blocks_.size() && most > 0 && count < parts.size(); ++i) {
        if (blocks_[i].used > 0) take(blocks_[i].bytes(), blocks_[i].used);
    }
    return parts.first(count);
}

void ReplyBuffer::written(std::size_t bytes) {
    written_ += bytes;
    if (used_ > 0) {
        const std::size_t part = std::min(bytes, used_ - sent_);
        sent_ += part;
        bytes -= part;
        if (sent_ == used_) sent_ = used_ = 0;
    }
    if (bytes > 0) drop_blocks(bytes);
    if (gone_ > 0 && gone_ == blocks_.size()) {
        blocks_.clear();
        gone_ = 0;
    }
}

void ReplyBuffer::drop_blocks(std::size_t bytes) {
    sent_ += bytes;
    while (gone_ < blocks_.size() && sent_ >= blocks_[gone_].used) {
        sent_ -= blocks_[gone_].used;
        block_memory_ -= blocks_[gone_].memory();
        blocks_[gone_++] = {};
    }
    if (gone_ > 64 && gone_ > blocks_.size() / 2) {
        blocks_.erase(blocks_.begin(), blocks_.begin() + static_cast<std::ptrdiff_t>(gone_));
        gone_ = 0;
    }
}

void ReplyBuffer::shrink() {
    if (pending() > 0) return;
    first_.reset();
    room_ = 0;
    std::vector<Block>().swap(blocks_);
}

}  // namespace wiregap::resp
