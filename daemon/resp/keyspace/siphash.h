// SPDX-License-Identifier: Apache-2.0
// Where a key lies. Nobody outside can choose names with one hash: the key is drawn at the start.
#pragma once

#include <cstdint>
#include <string_view>

namespace wiregap::resp {

/// SipHash-1-3 (Aumasson, Bernstein: SipHash, a fast short-input PRF, 2012).
std::uint64_t siphash(std::string_view bytes) noexcept;

}  // namespace wiregap::resp
