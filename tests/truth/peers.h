// SPDX-License-Identifier: Apache-2.0
// Sockets of which a scenario says itself who listens, who dials and from where.
#pragma once

#include <netinet/in.h>

#include <cstddef>
#include <cstdint>
#include <string>

#include "tests/support/fd.h"
#include "tests/truth/session.h"

namespace wiregap::truth {

constexpr std::size_t some_bytes = 1'000;

/// host: the last number of 127.0.0.0/8.
sockaddr_in loopback(std::uint16_t port, std::uint32_t host = INADDR_LOOPBACK);
Fd new_socket();
Fd bound(std::uint16_t port, std::uint32_t host = INADDR_LOOPBACK);
Fd listening(std::uint16_t port, std::uint32_t host = INADDR_LOOPBACK);
void dial(const Fd& fd, std::uint16_t port, std::uint32_t host = INADDR_LOOPBACK);
Fd accept_on(const Fd& listener);
/// Writes, reads, and waits until all is acknowledged.
void exchange(const Fd& writer, const Fd& reader, std::size_t bytes);

/// So many services have this port and role.
void expect_services(Session& session, const Picture& picture, std::uint16_t port,
                     const std::string& role, std::uint64_t truth);

}  // namespace wiregap::truth
