// SPDX-License-Identifier: Apache-2.0
#include "daemon/resp/score_range.h"

#include "daemon/resp/numbers.h"

namespace wiregap::resp {
namespace {

struct Bound {
    double score = 0;
    bool open = false;  ///< the score itself is outside
};

std::optional<Bound> bound(std::string_view text) {
    const bool open = text.starts_with('(');
    if (open) text.remove_prefix(1);
    const auto score = to_real(text);
    if (!score) return {};
    return Bound{*score, open};
}

}  // namespace

std::optional<Range> ranks_between(const SortedSet& set, std::string_view low,
                                   std::string_view high) {
    const auto from = bound(low);
    const auto to = bound(high);
    if (!from || !to) return {};
    const std::size_t first = set.count_before(from->score, from->open);
    const std::size_t end = set.count_before(to->score, !to->open);
    if (end <= first) return Range{};
    return Range{first, end - first};
}

bool are_score_bounds(std::string_view low, std::string_view high) {
    return bound(low) && bound(high);
}

}  // namespace wiregap::resp
