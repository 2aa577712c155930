// SPDX-License-Identifier: Apache-2.0
#include "daemon/view/value.h"

#include <cmath>

#include "daemon/view/delay_buckets.h"

namespace wiregap::view {

DelaySummary summary_of(const Delays& delays) {
    const auto quantile = [&](double q) {
        return quantile_seconds(delays.histogram, delays.zeros, q);
    };
    return {.count = delays.zeros + delays.histogram.count(),
            .sum_seconds = static_cast<double>(delays.histogram.sum_ns) / 1e9,
            .p50_seconds = quantile(0.5),
            .p90_seconds = quantile(0.9),
            .p99_seconds = quantile(0.99)};
}

namespace {

const Leaf* the_leaf(const Value& value) {
    return value.size() == 1 && value.front().key.empty() ? &value.front().leaf : nullptr;
}

}  // namespace

std::optional<double> number_in(const Value& value) {
    const Leaf* const leaf = the_leaf(value);
    if (leaf == nullptr) return std::nullopt;
    if (const auto* whole = std::get_if<std::uint64_t>(leaf)) return static_cast<double>(*whole);
    if (const auto* real = std::get_if<double>(leaf)) return *real;
    if (const auto* flag = std::get_if<bool>(leaf)) return *flag ? 1 : 0;
    return std::nullopt;
}

std::optional<std::string> text_in(const Value& value) {
    const Leaf* const leaf = the_leaf(value);
    const auto* const text = leaf == nullptr ? nullptr : std::get_if<std::string>(leaf);
    return text == nullptr ? std::nullopt : std::optional(*text);
}

std::string word_in(const Value& value) {
    if (const auto text = text_in(value)) return *text;
    const auto number = number_in(value);
    return number ? std::to_string(std::llround(*number)) : std::string();
}

bool flag_in(const Value& value) { return number_in(value).value_or(0) != 0; }

}  // namespace wiregap::view
