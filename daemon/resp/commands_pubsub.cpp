// SPDX-License-Identifier: Apache-2.0
// Subscriptions.
#include <string>
#include <vector>

#include "daemon/resp/engine.h"
#include "daemon/resp/glob.h"
#include "daemon/resp/subcommand.h"

namespace wiregap::resp {
namespace {

/// "subscribe", channel, and how many subscriptions the client has now.
void confirm(Call& call, std::string_view what, const std::string* topic) {
    call.reply.push(3);
    call.reply.bulk(what);
    if (topic == nullptr) {
        call.reply.null();
    } else {
        call.reply.bulk(*topic);
    }
    call.reply.integer(
        static_cast<std::int64_t>(call.session.channels.size() + call.session.patterns.size()));
}

using Change = bool (PubSub::*)(Session&, std::string_view);

void begin(Call& call, std::string_view what, Change change) {
    for (const std::string_view word : call.args.subspan(1)) {
        const std::string topic(word);
        (call.engine.pubsub.*change)(call.session, topic);
        confirm(call, what, &topic);
    }
}

void end(Call& call, std::string_view what, Change change,
         const std::set<std::string, std::less<>>& mine) {
    std::vector<std::string> topics(call.args.begin() + 1, call.args.end());
    if (topics.empty()) topics.assign(mine.begin(), mine.end());
    if (topics.empty()) confirm(call, what, nullptr);
    for (const std::string& topic : topics) {
        (call.engine.pubsub.*change)(call.session, topic);
        confirm(call, what, &topic);
    }
}

void subscribe(Call& call) { begin(call, "subscribe", &PubSub::subscribe); }
void psubscribe(Call& call) { begin(call, "psubscribe", &PubSub::subscribe_pattern); }
void unsubscribe(Call& call) {
    end(call, "unsubscribe", &PubSub::unsubscribe, call.session.channels);
}
void punsubscribe(Call& call) {
    end(call, "punsubscribe", &PubSub::unsubscribe_pattern, call.session.patterns);
}

void publish(Call& call) {
    call.reply.integer(
        static_cast<std::int64_t>(call.engine.pubsub.publish(call.args[1], call.args[2])));
}

void channels(Call& call) {
    std::vector<std::string_view> names;
    for (const auto& [channel, listeners] : call.engine.pubsub.channels()) {
        if (call.args.size() == 2 || glob_matches(call.args[2], channel)) names.push_back(channel);
    }
    if (!call.fits(names.size())) return;
    call.reply.array(names.size());
    for (const std::string_view name : names) call.reply.bulk(name);
}

void numsub(Call& call) {
    call.reply.map(call.args.size() - 2);
    for (const std::string_view channel : call.args.subspan(2)) {
        const auto found = call.engine.pubsub.channels().find(channel);
        const bool none = found == call.engine.pubsub.channels().end();
        call.reply.bulk(channel);
        call.reply.integer(none ? 0 : static_cast<std::int64_t>(found->second.size()));
    }
}

void numpat(Call& call) {
    call.reply.integer(static_cast<std::int64_t>(call.engine.pubsub.patterns().size()));
}

constexpr Subcommand pubsub_table[] = {
    {"channels", 2, 3, channels, "CHANNELS [pattern]: channels that somebody listens to."},
    {"numsub", 2, -1, numsub, "NUMSUB [channel ..]: how many listen to each."},
    {"numpat", 2, 2, numpat, "NUMPAT: how many patterns are listened to."},
};

void pubsub(Call& call) { run_subcommand(call, "pubsub", pubsub_table); }

constexpr unsigned listens = flag_pubsub | flag_subscribed;
// clang-format off
constexpr Command table[] = {
    {"subscribe", -2, listens | flag_denyoom, 0, 0, 0, subscribe, "pubsub", "Listens to channels."},
    {"psubscribe", -2, listens | flag_denyoom, 0, 0, 0, psubscribe, "pubsub", "Listens to all channels of a pattern."},
    {"unsubscribe", -1, listens, 0, 0, 0, unsubscribe, "pubsub", "Listens no more."},
    {"punsubscribe", -1, listens, 0, 0, 0, punsubscribe, "pubsub", "Listens no more to patterns."},
    {"publish", 3, flag_pubsub | flag_fast, 0, 0, 0, publish, "pubsub", "Sends a message to who listens."},
    {"pubsub", -2, flag_pubsub, 0, 0, 0, pubsub, "pubsub", "Who listens to what."},
};
// clang-format on

}  // namespace

std::span<const Command> pubsub_commands() { return table; }

}  // namespace wiregap::resp
