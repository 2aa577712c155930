// SPDX-License-Identifier: Apache-2.0
#include "daemon/cli/top/frame.h"

namespace wiregap::cli {
namespace {

constexpr int escape = 27;
constexpr int backspace = 8;
constexpr int delete_key = 127;
constexpr std::size_t longest_filter = 40;

void type(int key, TopView& view) {
    if (key == '\n' || key == '\r') {
        view.typing_filter = false;
    } else if (key == escape) {
        view.typing_filter = false;
        view.filter.clear();
    } else if (key == backspace || key == delete_key) {
        if (!view.filter.empty()) view.filter.pop_back();
    } else if (key >= ' ' && key < delete_key && view.filter.size() < longest_filter) {
        view.filter += static_cast<char>(key);
    }
}

}  // namespace

bool top_key(int key, TopView& view) {
    if (view.typing_filter) {
        type(key, view);
        return true;
    }
    switch (key) {
        case 'q':
        case 'Q':
            return false;
        case 's':
            view.sort = static_cast<TopSort>((static_cast<int>(view.sort) + 1) % 4);
            break;
        case '/':
            view.typing_filter = true;
            view.selected = 0;
            break;
        case 'p':
        case ' ':
            view.paused = !view.paused;
            break;
        case '?':
        case 'h':
            view.help = !view.help;
            break;
        case escape:
            if (view.explained.empty() && !view.help) view.filter.clear();
            view.help = false;
            view.explained.clear();
            break;
        case '\n':
        case '\r':
            view.wants_explained = view.explained.empty();
            view.explained.clear();
            break;
        case top_key_down:
            ++view.selected;
            break;
        case top_key_up:
            if (view.selected > 0) --view.selected;
            break;
        default:
            break;
    }
    return true;
}

}  // namespace wiregap::cli
