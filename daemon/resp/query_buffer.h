// SPDX-License-Identifier: Apache-2.0
// Bytes of one client that no request was made of yet.
#pragma once

#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <new>
#include <string_view>

namespace wiregap::resp {

class QueryBuffer {
  public:
    QueryBuffer() = default;
    ~QueryBuffer() { std::free(bytes_); }
    QueryBuffer(const QueryBuffer&) = delete;
    QueryBuffer& operator=(const QueryBuffer&) = delete;

    [[nodiscard]] std::string_view view() const noexcept { return {bytes_ + begin_, size()}; }
    [[nodiscard]] std::size_t size() const noexcept { return end_ - begin_; }
    [[nodiscard]] std::size_t capacity() const noexcept { return capacity_; }

    /// Room for `most` bytes more; say with appended() how many came.
    char* room(std::size_t most) {
        if (capacity_ - end_ < most) make_room(most);
        return bytes_ + end_;
    }
    void appended(std::size_t count) noexcept { end_ += count; }
    void append(std::string_view bytes) {
        if (bytes.empty()) return;
        std::memcpy(room(bytes.size()), bytes.data(), bytes.size());
        appended(bytes.size());
    }
    void drop(std::size_t count) noexcept {
        begin_ += count;
        if (begin_ != end_) return;
        begin_ = end_ = 0;
        if (capacity_ > keep_bytes) release();
    }

  private:
    static constexpr std::size_t keep_bytes = std::size_t{64} * 1024;

    void make_room(std::size_t most) {
        if (begin_ > 0) {
            std::memmove(bytes_, bytes_ + begin_, size());
            end_ -= begin_;
            begin_ = 0;
        }
        if (capacity_ - end_ >= most) return;
        // Doubled, so that a long request is not moved each time; realloc() of much moves no bytes.
        const std::size_t larger = end_ + most > 2 * capacity_ ? end_ + most : 2 * capacity_;
        auto* const fresh = static_cast<char*>(std::realloc(bytes_, larger));
        if (fresh == nullptr) throw std::bad_alloc();
        bytes_ = fresh;
        capacity_ = larger;
    }
    void release() noexcept {
        std::free(bytes_);
        bytes_ = nullptr;
        capacity_ = 0;
    }

    char* bytes_ = nullptr;
    std::size_t capacity_ = 0;
    std::size_t begin_ = 0;
    std::size_t end_ = 0;
};

}  // namespace wiregap::resp
