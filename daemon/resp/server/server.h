// SPDX-License-Identifier: Apache-2.0
// The RESP server on the daemon's loop: listeners, connections, and the work between two turns.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "daemon/loop/event_loop.h"
#include "daemon/model/resp_server.h"
#include "daemon/resp/commands/engine.h"
#include "daemon/resp/server/connection.h"
#include "daemon/resp/server/listener.h"
#include "daemon/resp/server/stages.h"

namespace wiregap::resp {

struct Options {
    std::string address = "127.0.0.1";  ///< empty: no TCP
    std::uint16_t port = 0;
    std::string unix_socket;  ///< empty: none
    std::string password;     ///< empty: none is needed
    Limits limits;
};

class Server : public loop::TurnWorker {
  public:
    /// Listens. Throws ListenError. The loop must live longer.
    Server(loop::EventLoop& loop, const Options& options);
    ~Server() override;

    void begin_turn() override;
    [[nodiscard]] bool wants_more() const override;
    bool end_turn() override;
    [[nodiscard]] std::uint64_t most_look_ns() const override;

    [[nodiscard]] Engine& engine() noexcept { return engine_; }
    [[nodiscard]] const Engine& engine() const noexcept { return engine_; }
    [[nodiscard]] std::uint16_t port() const noexcept { return port_; }
    /// What the tick publishes.
    [[nodiscard]] model::RespServer state() const;

    // For listeners and connections.
    [[nodiscard]] loop::EventLoop& loop() noexcept { return loop_; }
    [[nodiscard]] Stages& stages() noexcept { return stages_; }
    /// Bytes that are read lie here until the call ends: an idle client needs no memory for them.
    [[nodiscard]] std::span<char> read_buffer() noexcept { return {read_.get(), read_turn_bytes}; }
    [[nodiscard]] Turn& turn() noexcept { return turn_; }
    void accept(util::Fd fd, const std::string& unix_path);
    void reject(util::Fd fd);
    void wants_turn(Connection& connection);
    /// It goes at the turn's end: events of this turn may still name it.
    void bury(Connection& connection) { dead_.push_back(&connection); }
    /// A stamped write took the followed reply's last byte.
    void followed(Session& session, Flight& flight, int fd);

  private:
    void go_on_some();
    void flush_some();
    void remove_dead();
    void now_and_then();
    void check(Session& session);
    void tick_if_needed();

    loop::EventLoop& loop_;
    Engine engine_;
    std::uint16_t port_ = 0;
    std::vector<std::unique_ptr<Listener>> listeners_;
    std::unique_ptr<char[]> read_;
    std::vector<Connection*> waiting_;  ///< for a turn
    std::vector<Connection*> dead_;
    loop::Ticker ticker_;  ///< rests while there are no clients and no keys that expire
    bool ticking_ = false;
    std::uint64_t checked_id_ = 0;  ///< where the last round of checks ended
    bool freeing_ = false;          ///< what was removed, at each turn
    bool expiring_ = false;         ///< more has expired than one turn could remove
    Turn turn_;
    model::Histogram turns_;
    Stages stages_;
};

}  // namespace wiregap::resp
