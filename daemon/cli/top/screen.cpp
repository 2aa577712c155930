// SPDX-License-Identifier: Apache-2.0
#include "daemon/cli/top/screen.h"

#include <langinfo.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <clocale>
#include <cstdlib>
#include <string>

#include "daemon/cli/failure.h"
#include "daemon/cli/top/terminfo.h"
// Last, and without its macros for functions: they collide with C++ names.
#define NCURSES_NOMACROS
#include <curses.h>

namespace wiregap::cli {
namespace {

constexpr short problem_pair = 1;
constexpr short dim_pair = 2;

/// A place's letter in a bar, and its colour: as in the dashboards.
struct Place {
    char letter;
    short pair;
    short color;
};
constexpr std::array<Place, 4> places{
    {{'b', 3, COLOR_RED}, {'n', 4, COLOR_YELLOW}, {'e', 5, COLOR_MAGENTA}, {'f', 6, COLOR_BLUE}}};

/// The letter stands alone: it is the sign, and not part of a word.
bool is_sign(const std::string& text, std::size_t at) {
    const auto is_blank = [&](std::size_t i) { return i >= text.size() || text[i] == ' '; };
    return !is_blank(at) && is_blank(at + 1) && (at == 0 || is_blank(at - 1));
}

std::string terminal_name() {
    const char* name = std::getenv("TERM");
    return name == nullptr || *name == '\0' ? "not set" : std::string("'") + name + "'";
}

[[noreturn]] void refuse(const std::string& why) {
    throw Failure("top " + why + "; use 'wiregap top --once', or --json for programs");
}

void check_terminal() {
    if (isatty(STDIN_FILENO) != 1 || isatty(STDOUT_FILENO) != 1) {
        refuse("needs a terminal for input and output");
    }
    switch (terminal_kind(STDOUT_FILENO)) {
        case TerminalKind::not_known:
            refuse("knows no terminal of this type (TERM is " + terminal_name() + ")");
        case TerminalKind::dumb:
            refuse("needs a terminal whose cursor can be moved (TERM is " + terminal_name() + ")");
        case TerminalKind::movable:
            break;
    }
}

attr_t attribute(TopStyle style, bool colors) {
    switch (style) {
        case TopStyle::title:
            return A_BOLD;
        case TopStyle::header:
        case TopStyle::selected:
            return A_REVERSE;
        case TopStyle::problem:
            return colors ? static_cast<attr_t>(COLOR_PAIR(problem_pair)) : A_BOLD;
        case TopStyle::dim:
        case TopStyle::legend:
            return colors ? static_cast<attr_t>(COLOR_PAIR(dim_pair)) : A_NORMAL;
        case TopStyle::plain:
            break;
    }
    return A_NORMAL;
}

}  // namespace

TopScreen::TopScreen() {
    check_terminal();
    std::setlocale(LC_CTYPE, "");
    initscr();
    cbreak();
    noecho();
    nonl();
    keypad(stdscr, TRUE);
    set_escdelay(25);
    curs_set(0);
    const char* no_color = std::getenv("NO_COLOR");
    const bool wanted = no_color == nullptr || *no_color == '\0';
    if (wanted && has_colors() && start_color() == OK && use_default_colors() == OK) {
        init_pair(problem_pair, COLOR_RED, -1);
        init_pair(dim_pair, COLOR_CYAN, -1);
        for (const Place& place : places) init_pair(place.pair, place.color, -1);
        colors_ = true;
        blocks_ = std::string(nl_langinfo(CODESET)) == "UTF-8";
    }
}

TopScreen::~TopScreen() { endwin(); }

std::size_t TopScreen::width() const { return static_cast<std::size_t>(getmaxx(stdscr)); }
std::size_t TopScreen::height() const { return static_cast<std::size_t>(getmaxy(stdscr)); }

void TopScreen::draw_place(char letter) {
    for (const Place& place : places) {
        if (place.letter != letter) continue;
        wattrset(stdscr, COLOR_PAIR(place.pair));
        waddstr(stdscr, "\u2588");
        return;
    }
    wattrset(stdscr, COLOR_PAIR(dim_pair));
    waddstr(stdscr, "\u00b7");
}

void TopScreen::draw(const TopLine& line) {
    const bool has_signs = blocks_ && line.style == TopStyle::legend;
    const std::size_t plain =
        has_signs ? 0 : std::min(blocks_ ? line.bar_at : std::string::npos, line.text.size());
    const auto style = static_cast<int>(attribute(line.style, colors_));
    wattrset(stdscr, style);
    waddnstr(stdscr, line.text.c_str(), static_cast<int>(plain));
    for (std::size_t i = plain; i < line.text.size(); ++i) {
        if (!has_signs || is_sign(line.text, i)) {
            draw_place(line.text[i]);
        } else {
            wattrset(stdscr, style);
            waddnstr(stdscr, &line.text[i], 1);
        }
    }
}

void TopScreen::show(const std::vector<TopLine>& lines) {
    werase(stdscr);
    int row = 0;
    for (const TopLine& line : lines) {
        if (row >= getmaxy(stdscr)) break;
        wmove(stdscr, row++, 0);
        draw(line);
    }
    wattrset(stdscr, A_NORMAL);
    wrefresh(stdscr);
}

TopScreen::Input TopScreen::wait(int milliseconds) {
    wtimeout(stdscr, milliseconds);
    const int key = wgetch(stdscr);
    switch (key) {
        case ERR:
            return {Event::timeout, 0};
        case KEY_RESIZE:
            return {Event::resized, 0};
        case KEY_UP:
            return {Event::key, top_key_up};
        case KEY_DOWN:
            return {Event::key, top_key_down};
        case KEY_BACKSPACE:
            return {Event::key, 127};
        default:
            return {Event::key, key};
    }
}

}  // namespace wiregap::cli
