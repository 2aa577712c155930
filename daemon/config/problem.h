// SPDX-License-Identifier: Apache-2.0
// A fault and its place in the YAML text; load.cpp adds the file's name and makes it a ConfigError.
#pragma once

#include <yaml-cpp/yaml.h>

#include <stdexcept>
#include <string>

namespace wiregap::config {

class Problem : public std::runtime_error {
  public:
    Problem(const YAML::Mark& mark, const std::string& text)
        : std::runtime_error(text), mark_(mark) {}
    [[nodiscard]] const YAML::Mark& mark() const noexcept { return mark_; }

  private:
    YAML::Mark mark_;
};

/// Text from the file as it may stand in a message: in quotes, one line, at most 40 characters.
std::string quoted(const std::string& text);

}  // namespace wiregap::config
