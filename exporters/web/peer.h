// SPDX-License-Identifier: Apache-2.0
// Who may see connection detail: peers on this host, and no web page that a browser on this host
// was lured to.
#pragma once

#include <string>
#include <string_view>

namespace wiregap::exporters {

/// 127.0.0.0/8, ::1 and ::ffff:127.0.0.0/104. Anything else, also text that is no address: false.
bool is_loopback(const std::string& address);

/// Is this Host header a numeric address or localhost (with or without a port)? A name may be a
/// foreign one that points here (DNS rebinding).
bool is_numeric_or_localhost(std::string_view host);

}  // namespace wiregap::exporters
