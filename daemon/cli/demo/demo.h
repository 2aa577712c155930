// SPDX-License-Identifier: Apache-2.0
// `wiregap demo`: a load for the embedded RESP server. Some clients read what they ask for; one
// asks for a lot and reads nothing, so that its bytes pile up in all five places.
#pragma once

#include <cstddef>
#include <cstdint>
#include <iosfwd>
#include <string>

namespace wiregap::cli {

inline constexpr int demo_readers = 4;
inline constexpr int demo_requests_per_second = 50;  ///< of each reader
inline constexpr std::size_t demo_value_bytes = 16384;

struct DemoTarget {
    std::string address;  ///< numeric, IPv6 without brackets
    std::uint16_t port = 0;
    std::string password;  ///< empty: none is needed
};

/// "127.0.0.1:16379", "[::1]:16379". Throws Failure.
DemoTarget parse_demo_target(const std::string& text);

/// Makes traffic until SIGINT or SIGTERM, or for `seconds` (0: no end), and takes its key away
/// again. Says on `out` who its clients are. Throws Failure if the server can't be reached, wants
/// another password, or ends a connection.
void run_demo(const DemoTarget& target, double seconds, std::ostream& out);

}  // namespace wiregap::cli
