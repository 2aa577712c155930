// SPDX-License-Identifier: Apache-2.0
// Text that came from elsewhere (process names may be any bytes) made fit for each output.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace wiregap::view {

/// Bytes that are no UTF-8 become `\xNN`: one of them in a label would make Prometheus refuse the
/// whole page. Valid text comes back as it is.
std::string valid_utf8(std::string_view text);

/// Without their ends.
std::vector<std::string> lines_of(const std::string& text);

}  // namespace wiregap::view
