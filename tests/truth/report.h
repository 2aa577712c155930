// SPDX-License-Identifier: Apache-2.0
// What was checked: one line per check, and the three sums at the end.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace wiregap::truth {

class Report {
  public:
    /// Every line from here on is about this scenario.
    void begin(std::string scenario);

    bool equal(std::string_view what, std::uint64_t said, std::uint64_t truth);
    bool equal(std::string_view what, std::string_view said, std::string_view truth);
    /// said within [low, high], all in the same unit, which `what` names.
    bool within(std::string_view what, double said, double low, double high);
    /// Two sources of the truth say the same; wiregap has no part in it.
    bool agree(std::string_view what, std::uint64_t one, std::uint64_t other);
    void fail(std::string_view what, std::string_view said, std::string_view truth);
    void skip(std::string_view what, std::string_view reason);
    /// A remark; it is not a check.
    void note(std::string_view text) const;

    /// Every failure once more, then "N passed, M failed, K skipped".
    void print_sums() const;
    [[nodiscard]] unsigned failed() const noexcept { return failed_; }

  private:
    bool verdict(bool holds, const std::string& text);
    bool line(bool holds, std::string_view what, std::string_view said, std::string_view truth);

    std::string scenario_ = "daemon";
    std::vector<std::string> failures_;
    unsigned passed_ = 0;
    unsigned failed_ = 0;
    unsigned skipped_ = 0;
};

}  // namespace wiregap::truth
