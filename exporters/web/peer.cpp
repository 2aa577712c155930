// SPDX-License-Identifier: Apache-2.0
#include "exporters/web/peer.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <strings.h>

namespace wiregap::exporters {

bool is_loopback(const std::string& address) {
    in_addr v4{};
    if (inet_pton(AF_INET, address.c_str(), &v4) == 1) return ntohl(v4.s_addr) >> 24 == 127;
    in6_addr v6{};
    if (inet_pton(AF_INET6, address.c_str(), &v6) != 1) return false;
    return IN6_IS_ADDR_LOOPBACK(&v6) || (IN6_IS_ADDR_V4MAPPED(&v6) && v6.s6_addr[12] == 127);
}

bool is_numeric_or_localhost(std::string_view host) {
    if (host.empty()) return false;
    const bool brackets = host.front() == '[';
    const std::size_t end = brackets ? host.find(']') : host.rfind(':');
    if (brackets && end == std::string_view::npos) return false;
    const std::string name(brackets ? host.substr(1, end - 1) : host.substr(0, end));
    in_addr v4{};
    in6_addr v6{};
    return strcasecmp(name.c_str(), "localhost") == 0 ||
           inet_pton(AF_INET, name.c_str(), &v4) == 1 ||
           (brackets && inet_pton(AF_INET6, name.c_str(), &v6) == 1);
}

}  // namespace wiregap::exporters
