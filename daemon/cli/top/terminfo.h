// SPDX-License-Identifier: Apache-2.0
// What the terminal database says of $TERM. A file of its own: <term.h> makes macros of words like
// `lines` and `columns`.
#pragma once

namespace wiregap::cli {

enum class TerminalKind { not_known, dumb, movable };

/// Of the terminal at this descriptor: not in the database, cursor can't be moved, or usable.
TerminalKind terminal_kind(int fd);

}  // namespace wiregap::cli
