// SPDX-License-Identifier: Apache-2.0
#include "daemon/cli/top_screen.h"

#include <unistd.h>

#include <clocale>
#include <cstdlib>
#include <string>

#include "daemon/cli/failure.h"
#include "daemon/cli/terminfo.h"
// Last, and without its macros for functions: they collide with C++ names.
#define NCURSES_NOMACROS
#include <curses.h>

namespace wiregap::cli {
namespace {

constexpr short problem_pair = 1;
constexpr short dim_pair = 2;

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
            return A_REVERSE;
        case TopStyle::problem:
            return colors ? static_cast<attr_t>(COLOR_PAIR(problem_pair)) : A_BOLD;
        case TopStyle::dim:
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
        colors_ = true;
    }
}

TopScreen::~TopScreen() { endwin(); }

std::size_t TopScreen::width() const { return static_cast<std::size_t>(getmaxx(stdscr)); }
std::size_t TopScreen::height() const { return static_cast<std::size_t>(getmaxy(stdscr)); }

void TopScreen::show(const std::vector<TopLine>& lines) {
    werase(stdscr);
    int row = 0;
    for (const TopLine& line : lines) {
        if (row >= getmaxy(stdscr)) break;
        wattrset(stdscr, static_cast<int>(attribute(line.style, colors_)));
        mvwaddnstr(stdscr, row++, 0, line.text.c_str(), -1);
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
