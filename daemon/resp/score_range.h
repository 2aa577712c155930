// SPDX-License-Identifier: Apache-2.0
// Ranges of scores: "1", "(1", "-inf", "+inf".
#pragma once

#include <optional>
#include <string_view>

#include "daemon/resp/collections.h"
#include "daemon/resp/range.h"

namespace wiregap::resp {

/// Ranks of the members between the bounds; nothing if a bound is no number.
std::optional<Range> ranks_between(const SortedSet& set, std::string_view low,
                                   std::string_view high);

/// Whether both can be used, for a set that is not there.
bool are_score_bounds(std::string_view low, std::string_view high);

}  // namespace wiregap::resp
