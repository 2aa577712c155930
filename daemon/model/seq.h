// SPDX-License-Identifier: Apache-2.0
// TCP sequence numbers wrap; they are compared with serial arithmetic only (RFC 793 section 3.3,
// before()/after() in include/net/tcp.h).
#pragma once

#include <cstdint>

namespace wiregap::model {

/// Bytes from `from` to `to` (to - from); negative if `to` lies before `from`.
constexpr std::int32_t seq_distance(std::uint32_t from, std::uint32_t to) noexcept {
    return static_cast<std::int32_t>(to - from);
}

/// As seq_distance, but 0 where `to` lies before `from`: two numbers that were read at different
/// moments can be out of order for an instant.
constexpr std::uint32_t seq_bytes(std::uint32_t from, std::uint32_t to) noexcept {
    return seq_distance(from, to) > 0 ? to - from : 0;
}

}  // namespace wiregap::model
