// SPDX-License-Identifier: Apache-2.0
// The text of /metrics, taken apart as far as a comparison needs it.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace wiregap::truth {

using Labels = std::map<std::string, std::string>;

struct Sample {
    std::string name;
    Labels labels;
    double value = 0;
};

class MetricsPage {
  public:
    /// Throws std::runtime_error, with the line, on one that is no sample of the text format.
    explicit MetricsPage(const std::string& text);

    /// All samples of this name whose labels include these.
    [[nodiscard]] std::vector<Sample> samples(const std::string& name, const Labels& labels) const;
    /// The value of the one such sample; nothing if there is none, or more than one.
    [[nodiscard]] std::optional<double> value(const std::string& name, const Labels& labels) const;

  private:
    std::vector<Sample> samples_;
};

}  // namespace wiregap::truth
