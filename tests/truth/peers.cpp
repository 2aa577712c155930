// SPDX-License-Identifier: Apache-2.0
#include "tests/truth/peers.h"

#include <sys/socket.h>

#include "tests/truth/link.h"

namespace wiregap::truth {

sockaddr_in loopback(std::uint16_t port, std::uint32_t host) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(host);
    address.sin_port = htons(port);
    return address;
}

Fd new_socket() {
    Fd fd(must(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), "socket"));
    set_option(fd.get(), SOL_SOCKET, SO_REUSEADDR, 1);
    return fd;
}

Fd bound(std::uint16_t port, std::uint32_t host) {
    Fd fd = new_socket();
    set_option(fd.get(), SOL_SOCKET, SO_REUSEPORT, 1);
    const sockaddr_in address = loopback(port, host);
    must(::bind(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof(address)), "bind");
    return fd;
}

Fd listening(std::uint16_t port, std::uint32_t host) {
    Fd fd = bound(port, host);
    must(::listen(fd.get(), 16), "listen");
    return fd;
}

void dial(const Fd& fd, std::uint16_t port, std::uint32_t host) {
    const sockaddr_in address = loopback(port, host);
    must(::connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof(address)),
         "connect");
}

Fd accept_on(const Fd& listener) {
    return Fd(must(::accept4(listener.get(), nullptr, nullptr, SOCK_CLOEXEC), "accept4"));
}

void exchange(const Fd& writer, const Fd& reader, std::size_t bytes) {
    write_all(writer.get(), bytes);
    read_exactly(reader.get(), bytes);
    wait_all_acked(writer.get());
}

void expect_services(Session& session, const Picture& picture, std::uint16_t port,
                     const std::string& role, std::uint64_t truth) {
    std::uint64_t found = 0;
    for (const auto& service : picture.services) {
        found += service.at("port") == port && service.at("role") == role ? 1U : 0U;
    }
    if (session.daemon() != nullptr)
        session.report().equal(role + " services on port " + std::to_string(port), found, truth);
}

}  // namespace wiregap::truth
