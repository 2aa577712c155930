// SPDX-License-Identifier: Apache-2.0
// Who is at the other end of a connection, when that is a socket of this host too.
#pragma once

#include <string>
#include <vector>

#include "daemon/model/connection.h"

namespace wiregap::model {

/// The same connection seen from its other end: in the same network namespace, or in another one if
/// only one there has these addresses, and they are not loopback's. Null where no such socket is
/// listed: the peer is elsewhere, or nothing waits in its socket.
const Connection* other_end(const std::vector<Connection>& connections, const Connection& of);

/// "The peer is python3[1234] on this host, and has not read 124KiB."; and how full its control
/// group is, if that is full.
std::string who_is(const Connection& other);

}  // namespace wiregap::model
