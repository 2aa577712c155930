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

#include "daemon/model/snapshot.h"
#include "daemon/resp/command.h"
#include "daemon/resp/follow_sample.h"
#include "daemon/resp/keyspace.h"
#include "daemon/resp/limits.h"
#include "daemon/resp/pubsub.h"
#include "daemon/resp/session.h"

namespace wiregap::resp {

struct Statistics {
    std::uint64_t connections = 0;
    std::uint64_t rejected = 0;  ///< over max_clients, or no descriptor left
    std::uint64_t commands = 0;
    std::uint64_t errors = 0;
    std::uint64_t in_bytes = 0;
    std::uint64_t out_bytes = 0;  ///< that write() accepted
    std::uint64_t hits = 0;
    std::uint64_t misses = 0;
    std::array<std::uint64_t, 6> cut_off{};  ///< by CutOff
};

class Engine {
  public:
    Engine(const Limits& limits, std::string password);
    Engine(const Engine&) = delete;
    Engine& operator=(const Engine&) = delete;

    /// What the tick publishes, for WIREGAP. Null until then.
    std::function<model::SnapshotPtr()> snapshot = [] { return model::SnapshotPtr(); };
    /// Where a session's bytes are, for WIREGAP STREAM; set by who has the sockets.
    std::function<std::string(const Session&)> stream_line = [](const Session&) {
        return std::string();
    };
    Limits limits;
    Statistics statistics;
    Keyspace keys;
    PubSub pubsub;
    FollowSample follow_sample;
    std::uint16_t port = 0;  ///< for INFO
    std::int64_t started_ms = 0;

    Session& open();
    void close(Session& session);
    [[nodiscard]] const std::map<std::uint64_t, std::unique_ptr<Session>>& sessions() const {
        return sessions_;
    }

    struct Progress {
        std::size_t consumed = 0;
        unsigned commands = 0;
        bool blocked = false;  ///< there may be whole requests left
    };
    /// Executes requests that `bytes` begin with, `most` at the most; stops early where the
    /// client's replies have to be taken first.
    Progress serve(Session& session, std::string_view bytes, unsigned most);
    void execute(Session& session, Arguments args);
    /// Goes on with an unfinished reply. True if there is more.
    bool go_on(Session& session);

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
    /// Takes as long whatever the word is.
    [[nodiscard]] bool is_password(std::string_view word) const;

  private:
    bool refuse(const Command& command, Call& call);
    void unknown(Call& call);
    void begin_output(Session& session);
    void follow(Session& session);

    std::string password_;
    std::uint64_t next_id_ = 1;
    std::map<std::uint64_t, std::unique_ptr<Session>> sessions_;
    std::vector<Session*> with_output_;
};

}  // namespace wiregap::resp
