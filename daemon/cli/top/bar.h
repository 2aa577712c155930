// SPDX-License-Identifier: Apache-2.0
// The five places of a service as a bar.
#pragma once

#include <cstddef>
#include <string>

#include "daemon/view/value.h"

namespace wiregap::cli {

/// `width` characters: 'b' reply backlog, 'n' notsent, 'e' egress, 'f' in flight beyond egress,
/// each in proportion to `scale_bytes`, at least one where there is a byte; '.' for the rest.
std::string top_bar(const view::Row& service, double scale_bytes, std::size_t width);

/// All bytes that the bar shows.
double bar_bytes(const view::Row& service);

}  // namespace wiregap::cli
