// SPDX-License-Identifier: Apache-2.0
#include "daemon/cli/top/terminfo.h"

// After everything else.
#include <curses.h>
#include <term.h>

namespace wiregap::cli {

TerminalKind terminal_kind(int fd) {
    int problem = 0;
    if (setupterm(nullptr, fd, &problem) != OK) return TerminalKind::not_known;
    char capability[] = "cup";
    const char* const moves = tigetstr(capability);
    // "not a string capability" is -1 as a pointer.
    // NOLINTNEXTLINE(performance-no-int-to-ptr)
    if (moves == nullptr || moves == reinterpret_cast<const char*>(-1)) return TerminalKind::dumb;
    return TerminalKind::movable;
}

}  // namespace wiregap::cli
