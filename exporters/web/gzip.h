// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace wiregap::exporters {

/// A gzip member (RFC 1952). Throws std::runtime_error where zlib fails.
std::string gzip(std::string_view text);

/// Does this Accept-Encoding header allow gzip? (RFC 9110 section 12.5.3; q=0 forbids)
bool accepts_gzip(std::string_view accept_encoding);

}  // namespace wiregap::exporters
