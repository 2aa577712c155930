// SPDX-License-Identifier: Apache-2.0
// First and last place of a range, as LRANGE and ZRANGE count them: from 0, or from -1 at the end.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

namespace wiregap::resp {

struct Range {
    std::size_t first = 0;
    std::size_t count = 0;
};

/// The part of 0..size-1 that lies in first..last.
inline Range range_of(std::int64_t first, std::int64_t last, std::size_t size) {
    const auto end = static_cast<std::int64_t>(size);
    const std::int64_t from = std::max<std::int64_t>(first < 0 ? first + end : first, 0);
    const std::int64_t to = std::min(last < 0 ? last + end : last, end - 1);
    if (from > to) return {};
    return {static_cast<std::size_t>(from), static_cast<std::size_t>(to - from + 1)};
}

}  // namespace wiregap::resp
