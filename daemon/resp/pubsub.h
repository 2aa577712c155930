// SPDX-License-Identifier: Apache-2.0
// Who listens to what.
#pragma once

#include <cstddef>
#include <map>
#include <set>
#include <string>
#include <string_view>

#include "daemon/resp/collections.h"

namespace wiregap::resp {

class Engine;
struct Session;

class PubSub {
  public:
    using Listeners = std::set<Session*>;
    using Topics = std::map<std::string, Listeners, std::less<>>;

    PubSub(Engine& engine, Meter& meter) : engine_(engine), meter_(meter) {}

    /// Each returns false if nothing changed.
    bool subscribe(Session& session, std::string_view channel);
    bool unsubscribe(Session& session, std::string_view channel);
    bool subscribe_pattern(Session& session, std::string_view pattern);
    bool unsubscribe_pattern(Session& session, std::string_view pattern);
    /// The session is gone, or RESET.
    void forget(Session& session);

    /// To how many subscriptions it went.
    std::size_t publish(std::string_view channel, std::string_view message);

    [[nodiscard]] const Topics& channels() const { return channels_; }
    [[nodiscard]] const Topics& patterns() const { return patterns_; }

  private:
    using Names = std::set<std::string, std::less<>>;
    bool add(Topics& topics, Names& names, Session& session, std::string_view topic);
    bool remove(Topics& topics, Names& names, Session& session, std::string_view topic);

    Engine& engine_;
    Meter& meter_;
    Topics channels_;
    Topics patterns_;
};

}  // namespace wiregap::resp
