// SPDX-License-Identifier: Apache-2.0
// SET key value [NX|XX] [GET] [EX s|PX ms|EXAT s|PXAT ms|KEEPTTL].
#pragma once

#include <cstdint>
#include <optional>

#include "daemon/resp/command.h"

namespace wiregap::resp {

struct SetOptions {
    bool if_new = false;
    bool if_there = false;
    bool get = false;
    bool keep_expiry = false;
    std::int64_t expires_ms = 0;  ///< CLOCK_REALTIME; 0: never
};

/// Nothing, and the error is said, if they can't be used.
std::optional<SetOptions> set_options(Call& call);

/// now + span units; nothing if the span is not above 0 or too long.
std::optional<std::int64_t> expiry_after(std::int64_t now_ms, std::int64_t span,
                                         std::int64_t unit_ms);

}  // namespace wiregap::resp
