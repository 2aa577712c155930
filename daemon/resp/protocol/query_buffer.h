// SPDX-License-Identifier: Apache-2.0
// Bytes of one client that no request was made of yet.
#pragma once

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

#include "daemon/resp/protocol/budget.h"

namespace wiregap::resp {

class QueryBuffer {
  public:
    explicit QueryBuffer(Budget& budget) noexcept : share_(budget) {}

    [[nodiscard]] std::string_view view() const noexcept {
        return std::string_view(bytes_).substr(begin_);
    }
    [[nodiscard]] std::size_t size() const noexcept { return bytes_.size() - begin_; }
    [[nodiscard]] std::size_t capacity() const noexcept { return share_.bytes(); }

    void append(std::string_view more) {
        if (more.empty()) return;
        if (begin_ > 0) bytes_.erase(0, std::exchange(begin_, 0));
        if (const std::size_t wanted = bytes_.size() + more.size(); wanted > bytes_.capacity()) {
            // Doubled, so that a long request is not moved each time.
            const std::size_t room = std::max(wanted, 2 * share_.bytes());
            share_.set(room);
            if (share_.bytes() < room) return;  // it was the largest, and has been released
            bytes_.reserve(room);
        }
        bytes_ += more;
    }
    void drop(std::size_t count) {
        begin_ += count;
        if (begin_ < bytes_.size()) return;
        begin_ = 0;
        bytes_.clear();
        if (share_.bytes() > keep_bytes) release();
    }
    void release() {
        begin_ = 0;
        std::string().swap(bytes_);
        share_.set(0);
    }

  private:
    static constexpr std::size_t keep_bytes = std::size_t{4} * 1024;

    std::string bytes_;
    std::size_t begin_ = 0;
    Share share_;
};

}  // namespace wiregap::resp
