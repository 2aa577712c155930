// SPDX-License-Identifier: Apache-2.0
// The server without its sockets: sessions, keys, subscriptions, and the execution of requests.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/resp/commands/follow_sample.h"
#include "daemon/resp/commands/limits.h"
#include "daemon/resp/commands/pubsub.h"
#include "daemon/resp/commands/session.h"
#include "daemon/resp/commands/turn.h"
#include "daemon/resp/keyspace/keyspace.h"

namespace wiregap::resp {

struct Call;

struct Statistics {
    std::uint64_t connections = 0;
    std::uint64_t rejected = 0;  ///< over max_clients, or no descriptor left
    std::uint64_t commands = 0;
    std::uint64_t errors = 0;
    std::uint64_t wrong_passwords = 0;
    std::uint64_t in_bytes = 0;
    std::uint64_t out_bytes = 0;  ///< that write() accepted
    std::uint64_t hits = 0;
    std::uint64_t misses = 0;
    std::array<std::uint64_t, cut_offs> cut_off{};  ///< by CutOff
};

/// What WIREGAP answers: lines, or one line about what is wrong with the question.
struct QueryAnswer {
    std::vector<std::string> lines;
    std::string problem;
};

class Engine {
  public:
    Engine(const Limits& limits, std::string password);
    Engine(const Engine&) = delete;
    Engine& operator=(const Engine&) = delete;

    /// The daemon's picture of the host; the words after WIREGAP.
    std::function<QueryAnswer(Arguments)> query = [](Arguments) { return QueryAnswer(); };
    /// Where a session's bytes are, for WIREGAP STREAM; set by who has the sockets.
    std::function<std::string(const Session&)> stream_line = [](const Session&) {
        return std::string();
    };
    Limits limits;
    const Limits configured;  ///< CONFIG SET goes no further
    Statistics statistics;
    Budget budget;
    Keyspace keys;
    PubSub pubsub{*this};
    FollowSample follow_sample;
    std::uint16_t port = 0;  ///< for INFO
    std::int64_t started_ms = 0;

    /// The clocks of the turn that begins: of keys, and of everything else, which must not jump.
    void begin_turn(std::int64_t unix_ms, std::int64_t monotonic_ms);
    [[nodiscard]] std::int64_t now_ms() const noexcept { return now_ms_; }

    Session& open();
    void close(Session& session);
    [[nodiscard]] const std::map<std::uint64_t, std::unique_ptr<Session>>& sessions() const {
        return sessions_;
    }

    struct Progress {
        std::size_t consumed = 0;
        bool blocked = false;  ///< there may be whole requests left
    };
    /// Executes requests that `bytes` begin with, `most` at the most; stops early where the turn is
    /// over, or the client's replies have to be taken first.
    Progress serve(Session& session, std::string_view bytes, unsigned most, Turn& turn);

    /// Call after replies were appended: limits are checked, and the session will be written to.
    void produced(Session& session);
    /// Sessions with something to write or to end, each once. Who takes one out clears has_output.
    [[nodiscard]] std::vector<Session*>& with_output() { return with_output_; }
    [[nodiscard]] std::size_t outputs() const { return with_output_.size(); }
    void cut_off(Session& session, CutOff why);
    [[nodiscard]] bool over_pause(const Session& session) const {
        return session.out.pending() > limits.pause_reading_bytes;
    }

    [[nodiscard]] bool needs_password() const { return !password_.empty(); }
    /// It may speak at all.
    [[nodiscard]] bool admitted(const Session& session) const {
        return session.privileged() || !needs_password();
    }
    enum class Login : std::uint8_t { right, wrong, later };
    /// later: there were too many wrong ones lately, and nobody has looked at this one.
    Login log_in(Session& session, std::string_view password);
    /// What this one may do has changed.
    void admit(Session& session);

  private:
    Progress serve_some(Session& session, std::string_view bytes, unsigned most, Turn& turn);
    void execute(Session& session, Arguments args);
    bool refuse(const Command& command, Call& call);
    void unknown(Call& call);
    void begin_output(Session& session);
    void follow(Session& session);
    void make_room();

    std::string password_;
    std::int64_t now_ms_ = 0;        ///< CLOCK_MONOTONIC
    bool no_room_ = false;           ///< in this turn nothing could be freed
    double guesses_ = most_guesses;  ///< wrong passwords that may still come
    std::int64_t guesses_ms_ = 0;    ///< when that was so
    static constexpr double most_guesses = 32;
    std::uint64_t next_id_ = 1;
    std::map<std::uint64_t, std::unique_ptr<Session>> sessions_;
    const Session* serving_ = nullptr;
    std::vector<Session*> with_output_;
};

}  // namespace wiregap::resp
