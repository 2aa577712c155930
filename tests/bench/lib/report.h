// SPDX-License-Identifier: Apache-2.0
// What a bar prints: one line per figure on stdout, everything else into build/bench/NAME.txt.
#pragma once

#include <filesystem>
#include <fstream>
#include <string>

#include "tests/bench/lib/compare.h"

namespace wiregap::bench {

class Report {
  public:
    /// Opens (and empties) directory/bar.txt.
    Report(std::string bar, const std::filesystem::path& directory);

    /// "B1 ratio 1.034 <=1.05 ok", to both.
    void at_most(const std::string& figure, double value, double limit, int decimals = 3);
    void at_least(const std::string& figure, double value, double limit, int decimals = 3);
    /// A line for the file only.
    void detail(const std::string& line);
    /// Quartiles of ratio and added time under both conditions, then every round.
    void detail(const Comparison& comparison, const std::string& operation);

  private:
    void line(const std::string& figure, double value, const std::string& bar, bool reached,
              int decimals);

    std::string bar_;
    std::ofstream file_;
};

}  // namespace wiregap::bench
