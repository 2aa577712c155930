// SPDX-License-Identifier: Apache-2.0
// Listening sockets, and what comes in through them.
#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>

#include "daemon/loop/event_loop.h"
#include "daemon/util/fd.h"

namespace wiregap::resp {

/// what() is one line: what can't be listened on, why, and what to do.
class ListenError : public std::runtime_error {
  public:
    using std::runtime_error::runtime_error;
};

/// address: numeric, IPv6 without brackets. port 0: any free one; it is updated. Throws
/// ListenError.
util::Fd listen_tcp(const std::string& address, std::uint16_t& port);

/// A socket that a dead process left at the path is replaced; a living one is not. Readable and
/// writable by owner and group only. Throws ListenError.
util::Fd listen_unix(const std::string& path);

class Server;

class Listener : public loop::Watcher {
  public:
    /// path: of a unix socket, else empty.
    Listener(Server& server, util::Fd fd, std::string path);
    ~Listener() override;
    void on_events(unsigned events) override;

  private:
    util::Fd accept_one();

    Server& server_;
    util::Fd fd_;
    std::string path_;
    util::Fd reserve_;  ///< given up for a moment when there are no descriptors left
};

}  // namespace wiregap::resp
