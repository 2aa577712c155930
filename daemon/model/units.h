// SPDX-License-Identifier: Apache-2.0
// Numbers as people read them: short, with a unit, no more than three digits that matter.
#pragma once

#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>

namespace wiregap::model {

/// "0", "512B", "1.5KiB", "37MiB".
std::string human_bytes(double bytes);

template <std::integral Number>
std::string human_bytes(Number bytes) {
    return human_bytes(static_cast<double>(bytes));
}

/// "0", "850ns", "1.2us", "37ms", "4.0s", "12min", "3.1h".
std::string human_seconds(double seconds);

/// Share of a whole in percent, without the sign: "0", "0.1", "37", "100". ratio: 0 to 1 or more.
std::string human_percent(double ratio);

/// `text` with control characters as '?'. Processes may call themselves anything, also an escape
/// sequence for the terminal: their names pass through here where they come in (daemon/kernel), so
/// that no face has to think of it.
std::string printable(std::string_view text);

}  // namespace wiregap::model
