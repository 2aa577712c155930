// SPDX-License-Identifier: Apache-2.0
// One bound on the memory of everything that clients can make grow: requests, replies, keys,
// subscriptions, connections. Whoever grows takes from it first, and then allocates.
#pragma once

#include <cstddef>
#include <functional>

namespace wiregap::resp {

class Budget {
  public:
    explicit Budget(std::size_t limit_bytes) noexcept : limit_bytes_(limit_bytes) {}

    /// Called when more is taken than there is; frees what others hold. What it frees is given back
    /// before take() returns.
    std::function<void()> make_room = [] {};

    void take(std::size_t bytes) {
        used_bytes_ += bytes;
        if (used_bytes_ > limit_bytes_) make_room();
    }
    void give(std::size_t bytes) noexcept { used_bytes_ -= bytes; }
    [[nodiscard]] std::size_t used_bytes() const noexcept { return used_bytes_; }
    [[nodiscard]] std::size_t limit_bytes() const noexcept { return limit_bytes_; }

  private:
    std::size_t limit_bytes_;
    std::size_t used_bytes_ = 0;
};

/// What one owner has taken; it is given back when the owner goes.
class Share {
  public:
    explicit Share(Budget& budget) noexcept : budget_(budget) {}
    ~Share() { budget_.give(bytes_); }
    Share(const Share&) = delete;
    Share& operator=(const Share&) = delete;

    /// From now on it is this much.
    void set(std::size_t bytes) {
        const std::size_t before = bytes_;
        bytes_ = bytes;
        if (bytes > before) {
            budget_.take(bytes - before);
        } else {
            budget_.give(before - bytes);
        }
    }
    void add(std::size_t bytes) { set(bytes_ + bytes); }
    void subtract(std::size_t bytes) { set(bytes_ - bytes); }
    [[nodiscard]] std::size_t bytes() const noexcept { return bytes_; }

  private:
    Budget& budget_;
    std::size_t bytes_ = 0;
};

}  // namespace wiregap::resp
