// SPDX-License-Identifier: Apache-2.0
#include "daemon/resp/commands/pubsub.h"

#include "daemon/resp/commands/engine.h"
#include "daemon/resp/protocol/glob.h"

namespace wiregap::resp {
namespace {

/// A subscription lies in two trees, the topic's and the session's.
std::size_t footprint(std::string_view topic) { return 2 * (128 + topic.size()); }

}  // namespace

void PubSub::add(Topics& topics, Names& names, Session& session, std::string_view topic) {
    session.own.add(footprint(topic));
    names.emplace(topic);
    topics[std::string(topic)].insert(&session);
}

bool PubSub::remove(Topics& topics, Names& names, Session& session, std::string_view topic) {
    const auto name = names.find(topic);
    if (name == names.end()) return false;
    session.own.subtract(footprint(topic));
    const auto found = topics.find(topic);
    found->second.erase(&session);
    if (found->second.empty()) topics.erase(found);
    names.erase(name);  // last: `topic` may be its text
    return true;
}

std::string_view PubSub::subscribe(Session& session, std::string_view channel) {
    if (session.channels.contains(channel)) return {};
    if (channel.size() > max_channel_bytes)
        return "ERR a channel's name has at most 128 bytes here";
    if (session.channels.size() >= max_channels) return "ERR a client has at most 64 channels here";
    add(channels_, session.channels, session, channel);
    return {};
}

std::string_view PubSub::subscribe_pattern(Session& session, std::string_view pattern) {
    if (session.patterns.contains(pattern)) return {};
    if (pattern.size() > max_pattern_bytes) return "ERR a pattern has at most 64 bytes here";
    if (session.patterns.size() >= max_client_patterns) {
        return "ERR a client has at most 16 patterns here";
    }
    if (pattern_subscriptions_ >= max_patterns) {
        return "ERR all clients together have at most 128 patterns here; SUBSCRIBE to channels";
    }
    ++pattern_subscriptions_;
    add(patterns_, session.patterns, session, pattern);
    return {};
}

void PubSub::unsubscribe(Session& session, std::string_view channel) {
    remove(channels_, session.channels, session, channel);
}

void PubSub::unsubscribe_pattern(Session& session, std::string_view pattern) {
    if (remove(patterns_, session.patterns, session, pattern)) --pattern_subscriptions_;
}

void PubSub::forget(Session& session) {
    while (!session.channels.empty()) unsubscribe(session, *session.channels.begin());
    while (!session.patterns.empty()) unsubscribe_pattern(session, *session.patterns.begin());
}

std::size_t PubSub::listeners(std::string_view channel) const {
    const auto found = channels_.find(channel);
    return found == channels_.end() ? 0 : found->second.size();
}

void PubSub::say(Session& session, std::string_view kind, const std::string* pattern,
                 std::string_view channel, const TextPtr& message) {
    if (session.cut_off != CutOff::none) return;
    Reply reply = session.reply();
    reply.push(pattern == nullptr ? 3 : 4);
    reply.bulk(kind);
    if (pattern != nullptr) reply.bulk(*pattern);
    reply.bulk(channel);
    reply.bulk(message);
    engine_.produced(session);
}

std::size_t PubSub::publish(std::string_view channel, std::string_view message) {
    std::size_t receivers = 0;
    if (channel.size() > max_channel_bytes) return receivers;  // nobody can listen to it
    const auto text = std::make_shared<Text>(engine_.budget);
    text->reserve(message.size());
    text->bytes = message;
    if (const auto found = channels_.find(channel); found != channels_.end()) {
        for (Session* const session : found->second) {
            say(*session, "message", nullptr, channel, text);
        }
        receivers += found->second.size();
    }
    for (const auto& [pattern, listeners] : patterns_) {
        if (!glob_matches(pattern, channel)) continue;
        for (Session* const session : listeners) {
            say(*session, "pmessage", &pattern, channel, text);
        }
        receivers += listeners.size();
    }
    return receivers;
}

}  // namespace wiregap::resp
