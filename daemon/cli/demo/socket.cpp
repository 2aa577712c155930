// SPDX-License-Identifier: Apache-2.0
#include "daemon/cli/demo/socket.h"

#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "daemon/cli/failure.h"
#include "daemon/util/inet.h"

namespace wiregap::cli {
Socket connect_to(const std::string& address, std::uint16_t port, int receive_buffer_bytes) {
    const util::Addresses to = util::numeric_address(address, port);
    if (!to) throw Failure("'" + address + "' is no numeric address");
    Socket client(socket(to->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0));
    const timeval timeout{.tv_sec = 5, .tv_usec = 0};
    setsockopt(client.get(), SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof timeout);
    if (receive_buffer_bytes > 0) {  // before the window is announced
        setsockopt(client.get(), SOL_SOCKET, SO_RCVBUF, &receive_buffer_bytes,
                   sizeof receive_buffer_bytes);
    }
    if (connect(client.get(), to->ai_addr, to->ai_addrlen) != 0) {
        throw Failure("can't connect to the RESP server at " + address + " port " +
                      std::to_string(port) + ": " + std::strerror(errno) +
                      "; is resp.enabled auto or on, and does wiregapd run?");
    }
    return client;
}

std::string address_of(const Socket& socket) {
    sockaddr_storage address{};
    socklen_t size = sizeof address;
    std::array<char, NI_MAXHOST> host{};
    std::array<char, NI_MAXSERV> service{};
    if (getsockname(socket.get(), reinterpret_cast<sockaddr*>(&address), &size) != 0 ||
        getnameinfo(reinterpret_cast<sockaddr*>(&address), size, host.data(), host.size(),
                    service.data(), service.size(), NI_NUMERICHOST | NI_NUMERICSERV) != 0) {
        return "";
    }
    return util::bracketed(host.data()) + ":" + service.data();
}

}  // namespace wiregap::cli
