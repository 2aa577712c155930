// SPDX-License-Identifier: Apache-2.0
// How much of one turn of the loop commands may take: a number of them, and a time.
#pragma once

#include <cstddef>
#include <cstdint>

#include "daemon/util/clock.h"

namespace wiregap::resp {

class Turn {
  public:
    static constexpr unsigned most_commands = 4096;
    static constexpr std::uint64_t serve_ns = 1'500'000;  ///< then nothing more is executed
    static constexpr std::uint64_t write_ns = 2'500'000;  ///< then nothing more is written
    static constexpr std::uint64_t close_ns = 3'000'000;  ///< then nothing more is closed

    void begin(std::uint64_t now_ns) noexcept { *this = Turn{now_ns}; }
    Turn() = default;

    /// A command is done; work: about how many PINGs it took.
    void spend(std::size_t work) noexcept {
        ++commands_;
        add_work(work);
    }
    /// The clock is read now and then.
    void add_work(std::size_t work) noexcept {
        constexpr std::size_t looks_after = 64;
        unseen_work_ += work;
        if (unseen_work_ < looks_after) return;
        unseen_work_ = 0;
        over_ = over_ || passed(serve_ns);
    }
    [[nodiscard]] bool over() const noexcept { return over_ || commands_ >= most_commands; }
    [[nodiscard]] bool passed(std::uint64_t ns) const noexcept {
        return began_ns_ != 0 && util::clock_ns(CLOCK_MONOTONIC) - began_ns_ >= ns;
    }
    [[nodiscard]] unsigned commands() const noexcept { return commands_; }
    [[nodiscard]] std::uint64_t began_ns() const noexcept { return began_ns_; }

  private:
    explicit Turn(std::uint64_t now_ns) noexcept : began_ns_(now_ns) {}

    std::uint64_t began_ns_ = 0;  ///< 0: time is no object
    std::size_t unseen_work_ = 0;
    unsigned commands_ = 0;
    bool over_ = false;
};

}  // namespace wiregap::resp
