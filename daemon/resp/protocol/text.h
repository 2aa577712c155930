// SPDX-License-Identifier: Apache-2.0
// Bytes that a key and the replies still under way share, so that a large value is never copied
// into a reply. They count once, for as long as anybody holds them.
#pragma once

#include <algorithm>
#include <cstddef>
#include <memory>
#include <string>

#include "daemon/resp/protocol/budget.h"

namespace wiregap::resp {

struct Text {
    /// Memory of an empty one, with what the allocator adds.
    static constexpr std::size_t own_bytes = 96;

    explicit Text(Budget& budget) : share(budget) { share.set(own_bytes); }

    /// Room for so many bytes, taken from the budget first.
    void reserve(std::size_t capacity) {
        if (capacity <= bytes.capacity()) return;
        const std::size_t room = std::max(capacity, 2 * bytes.capacity());  // as the string grows
        share.set(own_bytes + room);
        bytes.reserve(room);
    }
    [[nodiscard]] std::size_t footprint() const noexcept { return share.bytes(); }

    std::string bytes;
    Share share;
};

using TextPtr = std::shared_ptr<Text>;

}  // namespace wiregap::resp
