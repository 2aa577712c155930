// SPDX-License-Identifier: Apache-2.0
// A keyed hash of bytes: whoever chooses the keys can't choose where they collide.
#pragma once

#include <cstdint>
#include <string_view>

namespace wiregap::resp {

/// Keyed with a random number that is drawn once per process.
std::uint64_t hash_of(std::string_view bytes) noexcept;

}  // namespace wiregap::resp
