// SPDX-License-Identifier: Apache-2.0
// Who listens to what.
#pragma once

#include <cstddef>
#include <map>
#include <set>
#include <string>
#include <string_view>

#include "daemon/resp/protocol/text.h"

namespace wiregap::resp {

class Engine;
struct Session;

class PubSub {
  public:
    explicit PubSub(Engine& engine) : engine_(engine) {}

    /// An error text, empty if the client listens now.
    std::string_view subscribe(Session& session, std::string_view channel);
    std::string_view subscribe_pattern(Session& session, std::string_view pattern);
    void unsubscribe(Session& session, std::string_view channel);
    void unsubscribe_pattern(Session& session, std::string_view pattern);
    /// The session is gone, or RESET.
    void forget(Session& session);

    /// To how many subscriptions it went.
    std::size_t publish(std::string_view channel, std::string_view message);

    [[nodiscard]] std::size_t listeners(std::string_view channel) const;
    [[nodiscard]] std::size_t channel_count() const { return channels_.size(); }
    [[nodiscard]] std::size_t pattern_count() const { return patterns_.size(); }

  private:
    using Listeners = std::set<Session*>;
    using Topics = std::map<std::string, Listeners, std::less<>>;
    using Names = std::set<std::string, std::less<>>;
    void add(Topics& topics, Names& names, Session& session, std::string_view topic);
    bool remove(Topics& topics, Names& names, Session& session, std::string_view topic);
    void say(Session& session, std::string_view kind, const std::string* pattern,
             std::string_view channel, const TextPtr& message);

    Engine& engine_;
    Topics channels_;
    Topics patterns_;
    std::size_t pattern_subscriptions_ = 0;
};

}  // namespace wiregap::resp
