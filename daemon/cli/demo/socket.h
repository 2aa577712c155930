// SPDX-License-Identifier: Apache-2.0
// The few socket calls of the demo, with owned descriptors.
#pragma once

#include <cstdint>
#include <string>

#include "daemon/util/fd.h"

namespace wiregap::cli {

using util::Fd;
using Socket = Fd;

/// address: numeric. receive_buffer_bytes: SO_RCVBUF; 0: default. Reads wait 5 s at most. Throws
/// Failure.
Socket connect_to(const std::string& address, std::uint16_t port, int receive_buffer_bytes = 0);
/// The socket's own end as "127.0.0.1:40000", "[::1]:40000"; empty on error.
std::string address_of(const Socket& socket);

}  // namespace wiregap::cli
