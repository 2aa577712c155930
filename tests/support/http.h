// SPDX-License-Identifier: Apache-2.0
// The smallest HTTP client that can ask wiregapd on loopback: there is no curl in a test VM.
#pragma once

#include <cstdint>
#include <string>

namespace wiregap {
inline namespace support {

struct HttpAnswer {
    int status = 0;  ///< 200, 404 ..; 0 if nothing listens
    std::string body;
};

/// GET http://127.0.0.1:port/target on a connection of its own. Status 0 if it was refused or
/// reset; throws std::runtime_error if the answer is not HTTP.
HttpAnswer http_get(std::uint16_t port, const std::string& target);

}  // namespace support
}  // namespace wiregap
