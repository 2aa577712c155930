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
    static constexpr std::uint64_t waited_ns = 750'000;   ///< for those that waited for their turn
    static constexpr std::uint64_t serve_ns = 1'500'000;  ///< then nothing more is executed
    static constexpr std::uint64_t write_ns = 2'500'000;  ///< then nothing more is written
    static constexpr std::uint64_t close_ns = 3'000'000;  ///< then nothing more is closed

    Turn() = default;
    /// First come those that waited, with half of the turn.
    void begin(std::uint64_t now_ns) noexcept {
        *this = Turn();
        began_ns_ = now_ns;
        most_ns_ = waited_ns;
        most_commands_ = most_commands / 2;
    }
    /// Then whoever is there.
    void go_on() noexcept {
        most_ns_ = serve_ns;
        most_commands_ = most_commands;
        over_ = passed(most_ns_);
    }

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
        over_ = over_ || passed(most_ns_);
    }
    [[nodiscard]] bool over() const noexcept { return over_ || commands_ >= most_commands_; }
    [[nodiscard]] bool passed(std::uint64_t ns) const noexcept {
        return began_ns_ != 0 && util::clock_ns(CLOCK_MONOTONIC) - began_ns_ >= ns;
    }
    [[nodiscard]] unsigned commands() const noexcept { return commands_; }
    [[nodiscard]] std::uint64_t began_ns() const noexcept { return began_ns_; }

  private:
    std::uint64_t began_ns_ = 0;  ///< 0: time is no object
    std::uint64_t most_ns_ = serve_ns;
    unsigned most_commands_ = most_commands;
    std::size_t unseen_work_ = 0;
    unsigned commands_ = 0;
    bool over_ = false;
};

}  // namespace wiregap::resp
