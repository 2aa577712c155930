// SPDX-License-Identifier: Apache-2.0
// One frame of `wiregap top` as lines. Knows nothing of terminals, so it is tested as text.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "daemon/cli/top/data.h"

namespace wiregap::cli {

enum class TopSort : std::uint8_t { held, unacked, acked, name };

struct TopView {
    TopSort sort = TopSort::held;
    std::string filter;          ///< part of a service's name or of an address; empty: all
    bool typing_filter = false;  ///< what is typed goes into `filter`
    bool paused = false;
    bool help = false;
    std::string selected_name;     ///< "LOCAL-PEER" of the selected one, empty if none is shown
    std::size_t selected = 0;      ///< which of the connections that are shown
    bool wants_explained = false;  ///< the selected one: whoever runs the view fills these
    std::string explained;         ///< "LOCAL-PEER"; empty: nothing is
    std::vector<view::Row> explanations{};  ///< of it, rows of explanation_table()
    std::string trouble;  ///< why the picture is old, or nothing is known of it; one line
};

enum class TopStyle : std::uint8_t { plain, title, header, problem, dim, selected, legend };

struct TopLine {
    std::string text;  ///< ASCII but for names; at most as wide as the screen
    TopStyle style = TopStyle::plain;
    std::size_t bar_at = std::string::npos;  ///< from here on the letters of a bar
};

/// Exactly `height` lines, the keys in the last. Asks for 40 columns and 8 lines at least.
std::vector<TopLine> top_frame(const TopData& data, const TopView& view, std::size_t width,
                               std::size_t height);

/// After a key: the selection stays within what is shown.
void note_selection(const TopData& data, TopView& view);
/// After a new picture: the same connection is selected, wherever it stands now.
void follow_selection(const TopData& data, TopView& view);

/// What a key does to the view. False: quit.
bool top_key(int key, TopView& view);

inline constexpr int top_key_up = -1;
inline constexpr int top_key_down = -2;

}  // namespace wiregap::cli
