// SPDX-License-Identifier: Apache-2.0
// What the kernel says about a client's socket.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "daemon/model/connection.h"

namespace wiregap::resp {

struct Session;

/// Fills in the addresses, the descriptor, the cookie and whether it is TCP.
void describe(int fd, const std::string& unix_path, Session& session);

/// Whether the peer of a unix socket is root or the daemon's own user (SO_PEERCRED, as it was at
/// connect()).
bool is_trusted_peer(int fd) noexcept;

/// No Nagle: replies are written whole. Keepalive: a peer that vanished is found.
void prepare_tcp(int fd) noexcept;

/// Where the bytes of a TCP stream are, from three readings of the kernel.
struct StreamPlace {
    std::uint64_t notsent_bytes = 0;  ///< SIOCOUTQNSD
    std::uint64_t unacked_bytes = 0;  ///< SIOCOUTQ less notsent
    std::uint64_t acked_bytes = 0;    ///< TCP_INFO; a FIN would count as one
};
std::optional<StreamPlace> stream_place(int fd) noexcept;

/// The session's socket as the model has connections; service and owner are not set. Nothing if it
/// is no TCP.
std::optional<model::Connection> as_connection(const Session& session);

/// "id=3 .. produced=.. backlog=.. notsent=.. unacked=.. acked=.."; empty if it is no TCP.
std::string stream_line(const Session& session);

}  // namespace wiregap::resp
