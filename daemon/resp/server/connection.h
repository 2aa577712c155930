// SPDX-License-Identifier: Apache-2.0
// One client's socket: moves bytes between it and the session, a bounded number per turn.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "daemon/loop/event_loop.h"
#include "daemon/resp/commands/engine.h"
#include "daemon/resp/server/stages.h"
#include "daemon/util/fd.h"

namespace wiregap::resp {

class Server;

inline constexpr std::size_t write_turn_bytes = std::size_t{64} * 1024;  ///< per client
inline constexpr std::size_t read_turn_bytes = std::size_t{64} * 1024;   ///< per client

class Connection : public loop::Watcher {
  public:
    Connection(Server& server, util::Fd fd, Session& session);

    void on_events(unsigned events) override;
    /// Executes what came and has waited for its turn.
    void go_on();
    /// One direct write; whatever does not fit keeps EPOLLOUT armed. True: the socket took all that
    /// one turn may give it, and there is more.
    bool flush();

    [[nodiscard]] Session& session() noexcept { return session_; }
    [[nodiscard]] const Session& session() const noexcept { return session_; }
    [[nodiscard]] int fd() const noexcept { return fd_.get(); }
    [[nodiscard]] bool dead() const noexcept { return dead_; }

    bool waits_for_turn = false;  ///< it is in the server's list of those

  private:
    void receive();
    void take(std::string_view bytes, bool from_session);
    void set_interest();
    void die();
    bool write_some(std::size_t most);
    bool failed(int error);
    void all_written();
    void after_write();

    Server& server_;
    util::Fd fd_;
    Session& session_;
    Flight flight_;
    unsigned interest_;
    bool paused_ = false;       ///< not read from: its backlog is too long
    bool ended_input_ = false;  ///< the peer has shut down its side
    bool dead_ = false;
};

}  // namespace wiregap::resp
