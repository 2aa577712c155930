// SPDX-License-Identifier: Apache-2.0
// When keys expire, and the words behind SET and EXPIRE.
#pragma once

#include <cstdint>
#include <optional>

#include "daemon/resp/commands/command.h"

namespace wiregap::resp {

struct SetOptions {
    bool if_new = false;    ///< NX
    bool if_there = false;  ///< XX
    bool get = false;
    bool keep_expiry = false;     ///< KEEPTTL
    std::int64_t expires_ms = 0;  ///< CLOCK_REALTIME; 0: never
};
/// From args[3] on. Nothing, and the error is said, if they can't be used.
std::optional<SetOptions> set_options(Call& call);

struct ExpireOptions {
    bool if_none = false;    ///< NX: it has no expiry yet
    bool if_some = false;    ///< XX
    bool if_later = false;   ///< GT
    bool if_sooner = false;  ///< LT
};
/// From args[3] on. Nothing, and the error is said, if they can't be used.
std::optional<ExpireOptions> expire_options(Call& call);

/// `span` units after a time, CLOCK_REALTIME; nothing if that is beyond all numbers.
std::optional<std::int64_t> time_after(std::int64_t from_ms, std::int64_t span,
                                       std::int64_t unit_ms);

}  // namespace wiregap::resp
