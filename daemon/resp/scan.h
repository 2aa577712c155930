// SPDX-License-Identifier: Apache-2.0
// SCAN and its like: cursor, MATCH, COUNT, TYPE.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "daemon/resp/command.h"
#include "daemon/resp/dict.h"
#include "daemon/resp/glob.h"

namespace wiregap::resp {

struct ScanOptions {
    std::uint64_t cursor = 0;
    std::size_t count = 10;
    std::string_view pattern = "*";
    std::string_view type;
};

/// args[at] is the cursor. Nothing, and the error is said, if they can't be used.
std::optional<ScanOptions> scan_options(Call& call, std::size_t at);

/// Begins the reply: the cursor, and an array of so many elements that follow.
void scan_reply(Call& call, std::uint64_t next, std::size_t elements);

/// Calls `take(node)` for about `count` nodes that match; returns the next cursor.
template <class Node, class Take>
std::uint64_t scan_some(const Dict<Node>& dict, const ScanOptions& options, Take&& take) {
    std::uint64_t cursor = options.cursor;
    std::size_t seen = 0;
    // Empty buckets cost time too: ten for each wanted element are enough for one call.
    for (std::size_t buckets = 0; buckets < 10 * options.count && seen < options.count; ++buckets) {
        cursor = dict.scan(cursor, [&](const Node& node) {
            ++seen;
            if (glob_matches(options.pattern, node.key())) take(node);
        });
        if (cursor == 0) break;
    }
    return cursor;
}

}  // namespace wiregap::resp
