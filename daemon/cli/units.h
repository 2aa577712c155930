// SPDX-License-Identifier: Apache-2.0
// Numbers as people read them, in the commands as in the daemon's sentences.
#pragma once

#include <string_view>

#include "daemon/model/units.h"

namespace wiregap::cli {

using model::human_bytes;
using model::human_percent;
using model::human_seconds;
using model::printable;

/// What a table shows for a value that the back end cannot know.
inline constexpr std::string_view unknown = "-";

}  // namespace wiregap::cli
