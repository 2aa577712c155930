// SPDX-License-Identifier: Apache-2.0
#include "daemon/resp/pubsub.h"

#include "daemon/resp/engine.h"
#include "daemon/resp/glob.h"
#include "daemon/resp/session.h"

namespace wiregap::resp {
namespace {

/// A subscription lies in two trees, the topic's and the session's.
std::size_t footprint(std::string_view topic) { return 2 * (96 + string_footprint(topic.size())); }

}  // namespace

bool PubSub::add(Topics& topics, Names& names, Session& session, std::string_view topic) {
    if (!names.emplace(topic).second) return false;
    topics[std::string(topic)].insert(&session);
    meter_.bytes += footprint(topic);
    return true;
}

bool PubSub::remove(Topics& topics, Names& names, Session& session, std::string_view topic) {
    const auto name = names.find(topic);
    if (name == names.end()) return false;
    meter_.bytes -= footprint(topic);
    const auto found = topics.find(topic);
    found->second.erase(&session);
    if (found->second.empty()) topics.erase(found);
    names.erase(name);  // last: `topic` may be its text
    return true;
}

bool PubSub::subscribe(Session& session, std::string_view channel) {
    return add(channels_, session.channels, session, channel);
}

bool PubSub::unsubscribe(Session& session, std::string_view channel) {
    return remove(channels_, session.channels, session, channel);
}

bool PubSub::subscribe_pattern(Session& session, std::string_view pattern) {
    return add(patterns_, session.patterns, session, pattern);
}

bool PubSub::unsubscribe_pattern(Session& session, std::string_view pattern) {
    return remove(patterns_, session.patterns, session, pattern);
}

void PubSub::forget(Session& session) {
    while (!session.channels.empty()) unsubscribe(session, *session.channels.begin());
    while (!session.patterns.empty()) unsubscribe_pattern(session, *session.patterns.begin());
}

std::size_t PubSub::publish(std::string_view channel, std::string_view message) {
    std::size_t receivers = 0;
    if (const auto found = channels_.find(channel); found != channels_.end()) {
        for (Session* const session : found->second) {
            Reply reply = session->reply();
            reply.push(3);
            reply.bulk("message");
            reply.bulk(channel);
            reply.bulk(message);
            engine_.produced(*session);
            ++receivers;
        }
    }
    for (const auto& [pattern, listeners] : patterns_) {
        if (!glob_matches(pattern, channel)) continue;
        for (Session* const session : listeners) {
            Reply reply = session->reply();
            reply.push(4);
            reply.bulk("pmessage");
            reply.bulk(pattern);
            reply.bulk(channel);
            reply.bulk(message);
            engine_.produced(*session);
            ++receivers;
        }
    }
    return receivers;
}

}  // namespace wiregap::resp
