// SPDX-License-Identifier: Apache-2.0
// The terminal under ncurses: lines out, keys in. Restored at the end, whatever the end is.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "daemon/cli/top/frame.h"

namespace wiregap::cli {

class TopScreen {
  public:
    /// Throws Failure if there is no terminal, or one whose cursor can't be moved.
    TopScreen();
    ~TopScreen();
    TopScreen(const TopScreen&) = delete;
    TopScreen& operator=(const TopScreen&) = delete;

    [[nodiscard]] std::size_t width() const;
    [[nodiscard]] std::size_t height() const;
    void show(const std::vector<TopLine>& lines);

    enum class Event { key, resized, timeout };
    struct Input {
        Event event = Event::timeout;
        int key = 0;  ///< a character, or top_key_up, top_key_down
    };
    /// Waits for a key, a new size, or this long.
    Input wait(int milliseconds);

  private:
    void draw(const TopLine& line);
    void draw_place(char letter);

    bool colors_ = false;
    bool blocks_ = false;  ///< bars of blocks in the places' colours; else of letters
};

}  // namespace wiregap::cli
