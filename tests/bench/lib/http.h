// SPDX-License-Identifier: Apache-2.0
// Just enough HTTP to ask a wiregapd on loopback.
#pragma once

#include <cstdint>
#include <string>

namespace wiregap::bench {

struct HttpAnswer {
    int status = 0;  ///< 0: nobody listens, or what came is no HTTP
    std::string body;
};

/// GET http://127.0.0.1:port/path on a connection of its own: the body ends where that ends.
HttpAnswer http_get(std::uint16_t port, const std::string& path);

}  // namespace wiregap::bench
