// SPDX-License-Identifier: Apache-2.0
#include "daemon/cli/terminal.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <charconv>
#include <cstdlib>
#include <string_view>

namespace wiregap::cli {
namespace {

std::string_view environment(const char* name) {
    const char* value = std::getenv(name);
    return value == nullptr ? std::string_view() : std::string_view(value);
}

/// 0 where neither COLUMNS nor a terminal tells.
std::size_t stdout_width() {
    const std::string_view text = environment("COLUMNS");
    std::size_t columns = 0;
    std::from_chars(text.data(), text.data() + text.size(), columns);
    if (columns > 0) return columns;
    winsize size{};
    return ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}

}  // namespace

view::TableStyle stdout_style() {
    return {stdout_width(), isatty(STDOUT_FILENO) == 1 && environment("NO_COLOR").empty()};
}

}  // namespace wiregap::cli
