// SPDX-License-Identifier: Apache-2.0
// Which replies are followed to their ACK: one in many, whoever's it is.
#pragma once

#include <cstdint>

namespace wiregap::resp {

/// The steps from one to the next differ, from 1 to twice the mean, by multiples of the golden
/// ratio: an equal step would meet the same client each time where their number divides it.
class FollowSample {
  public:
    /// A followed reply costs the server and its client microseconds; more of them than this would
    /// tell no more.
    static constexpr std::uint32_t most_per_period = 250;

    /// One reply in `one_in`, at most about most_per_period a period; 1: each, 0: none.
    explicit FollowSample(std::uint32_t one_in) noexcept : one_in_(one_in), mean_(one_in) {}

    /// One more reply. True: this one, unless its client has one under way; then the next.
    [[nodiscard]] bool due() noexcept {
        ++seen_;
        return ++since_ >= step_ && one_in_ > 0;
    }
    /// The one that was due is followed.
    void took() noexcept;
    /// A period is over: the mean step of the next one fits the replies that this one saw.
    void period() noexcept;

  private:
    std::uint32_t one_in_;
    std::uint32_t mean_;
    std::uint32_t seen_ = 0;   // in this period
    std::uint32_t since_ = 0;  // replies, since the last one that was followed
    std::uint32_t step_ = 1;
    std::uint32_t place_ = 0;
};

}  // namespace wiregap::resp
