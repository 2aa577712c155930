// SPDX-License-Identifier: Apache-2.0
// One frame of `wiregap top` as lines. Knows nothing of terminals, so it is tested as text.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "daemon/cli/top_data.h"

namespace wiregap::cli {

enum class TopSort : std::uint8_t { held, unacked, acked, name };

struct TopView {
    TopSort sort = TopSort::held;
    std::string filter;          ///< part of a service's name or of an address; empty: all
    bool typing_filter = false;  ///< what is typed goes into `filter`
    bool paused = false;
    bool help = false;
    std::size_t scroll = 0;  ///< connections that are above the window
    std::string trouble;     ///< why the picture is old; one line
};

enum class TopStyle : std::uint8_t { plain, title, header, problem, dim };

struct TopLine {
    std::string text;  ///< ASCII but for names; at most as wide as the screen
    TopStyle style = TopStyle::plain;
};

/// Exactly `height` lines, the keys in the last. Asks for 40 columns and 8 lines at least.
std::vector<TopLine> top_frame(const TopData& data, const TopView& view, std::size_t width,
                               std::size_t height);

/// What a key does to the view. False: quit.
bool top_key(int key, TopView& view);

inline constexpr int top_key_up = -1;
inline constexpr int top_key_down = -2;

}  // namespace wiregap::cli
