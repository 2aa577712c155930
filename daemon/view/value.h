// SPDX-License-Identifier: Apache-2.0
// What one field says of one thing: nothing where it is not known, else one leaf, or one for each
// key ("fin", "timeout"). "Not known" is part of the type: no face can show it as zero.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "daemon/model/histogram.h"

namespace wiregap::view {

/// Delays as a source counts them. zeros: delays of nothing, counted beside the histogram.
struct Delays {
    const model::Histogram& histogram;
    std::uint64_t zeros = 0;
};

/// Delays as people read them: all in seconds, 0 where there is none.
struct DelaySummary {
    std::uint64_t count = 0;
    double sum_seconds = 0;
    double p50_seconds = 0;
    double p90_seconds = 0;
    double p99_seconds = 0;
    bool operator==(const DelaySummary&) const = default;
};
DelaySummary summary_of(const Delays& delays);

/// Known, and there is none: an empty object in JSON.
struct None {
    bool operator==(const None&) const = default;
};

using Leaf = std::variant<std::uint64_t, double, bool, std::string, DelaySummary, None>;

struct Part {
    std::string key;  ///< empty where the field has one leaf alone
    Leaf leaf;
    bool operator==(const Part&) const = default;
};

/// Empty: not known.
using Value = std::vector<Part>;

/// The values of one thing, in the order of its schema's fields.
using Row = std::vector<Value>;

/// The one number, flag or word; absent if it is not known, or not one. A flag is 0 or 1.
std::optional<double> number_in(const Value& value);
std::optional<std::string> text_in(const Value& value);
bool flag_in(const Value& value);
/// The word, or the number as digits; empty if it is not known.
std::string word_in(const Value& value);

}  // namespace wiregap::view
