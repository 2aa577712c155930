// SPDX-License-Identifier: Apache-2.0
// What standard output is: a terminal, how wide, and whether it may be decorated.
#pragma once

#include "daemon/view/text_table.h"

namespace wiregap::cli {

/// Bold and fitted on a terminal (plain where NO_COLOR is set, see no-color.org), plain and as wide
/// as it gets elsewhere. The environment variable COLUMNS wins over what the terminal says.
view::TableStyle stdout_style();

}  // namespace wiregap::cli
