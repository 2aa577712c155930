// SPDX-License-Identifier: Apache-2.0
// Addresses and ports as text, and numeric addresses for the socket calls.
#pragma once

#include <netdb.h>
#include <sys/socket.h>

#include <charconv>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <system_error>

namespace wiregap::util {

/// An address as it stands before ":port": "127.0.0.1", "[::1]".
inline std::string bracketed(const std::string& address) {
    return address.find(':') == std::string::npos ? address : "[" + address + "]";
}

struct AddressAndPort {
    std::string address;  ///< without brackets
    bool was_bracketed = false;
    std::optional<std::uint16_t> port;  ///< none: what stands there is not 0 to 65535
};

/// "ADDRESS:PORT", "[IPv6]:PORT"; nothing without a colon. Whether the address is one is not looked
/// at.
inline std::optional<AddressAndPort> split_address(const std::string& text) {
    const std::size_t colon = text.rfind(':');
    if (colon == std::string::npos) return std::nullopt;
    AddressAndPort parts{.address = text.substr(0, colon), .port = std::nullopt};
    std::string& address = parts.address;
    parts.was_bracketed = address.size() > 1 && address.front() == '[' && address.back() == ']';
    if (parts.was_bracketed) address = address.substr(1, address.size() - 2);
    std::uint16_t port = 0;
    const char* const end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data() + colon + 1, end, port);
    if (error == std::errc{} && stop == end) parts.port = port;
    return parts;
}

using Addresses = std::unique_ptr<addrinfo, decltype(&freeaddrinfo)>;

/// For connecting by TCP; null if `address` is no numeric one.
inline Addresses numeric_address(const std::string& address, std::uint16_t port) {
    addrinfo wanted{};
    wanted.ai_socktype = SOCK_STREAM;
    wanted.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV;
    addrinfo* found = nullptr;
    const std::string service = std::to_string(port);
    if (getaddrinfo(address.c_str(), service.c_str(), &wanted, &found) != 0) found = nullptr;
    return {found, freeaddrinfo};
}

}  // namespace wiregap::util
