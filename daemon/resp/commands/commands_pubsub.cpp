// SPDX-License-Identifier: Apache-2.0
// Subscriptions.
#include <set>
#include <string>
#include <vector>

#include "daemon/resp/commands/command.h"
#include "daemon/resp/commands/engine.h"

namespace wiregap::resp {
namespace {

/// "subscribe", channel, and how many subscriptions the client has now. What is pushed is no reply:
/// CLIENT REPLY OFF does not keep it back.
void confirm(Call& call, std::string_view what, const std::string* topic) {
    Reply push = call.session.reply();
    push.push(3);
    push.bulk(what);
    if (topic == nullptr) {
        push.null();
    } else {
        push.bulk(*topic);
    }
    push.integer(
        static_cast<std::int64_t>(call.session.channels.size() + call.session.patterns.size()));
}

void begin(Call& call, std::string_view what,
           std::string_view (PubSub::*change)(Session&, std::string_view)) {
    for (const std::string_view word : call.args.subspan(1)) {
        const std::string_view problem = (call.engine.pubsub.*change)(call.session, word);
        if (problem.empty()) {
            const std::string topic(word);
            confirm(call, what, &topic);
        } else {
            call.reply.error(problem);
        }
    }
}

void end(Call& call, std::string_view what, void (PubSub::*change)(Session&, std::string_view),
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
    if (call.args[1].starts_with("wiregap:")) {
        call.reply.error("NOPERM channels that begin with wiregap: are the daemon's own");
        return;
    }
    call.reply.integer(
        static_cast<std::int64_t>(call.engine.pubsub.publish(call.args[1], call.args[2])));
}

void numsub(Call& call) {
    call.reply.array(2 * (call.args.size() - 2));
    for (const std::string_view channel : call.args.subspan(2)) {
        call.reply.bulk(channel);
        call.reply.integer(static_cast<std::int64_t>(call.engine.pubsub.listeners(channel)));
    }
}

void numpat(Call& call) {
    call.reply.integer(static_cast<std::int64_t>(call.engine.pubsub.pattern_count()));
}

constexpr Subcommand pubsub_table[] = {
    {"numsub", 2, -1, numsub, "NUMSUB [channel ..]: how many listen to each."},
    {"numpat", 2, 2, numpat, "NUMPAT: how many patterns are listened to."},
};

void pubsub(Call& call) { run_subcommand(call, "pubsub", pubsub_table); }

constexpr unsigned listens = flag_pubsub | flag_subscribed;
// clang-format off
constexpr Command table[] = {
    {"subscribe", -2, listens, 0, 0, 0, subscribe, "Listens to channels."},
    {"psubscribe", -2, listens, 0, 0, 0, psubscribe, "Listens to all channels of a pattern."},
    {"unsubscribe", -1, listens, 0, 0, 0, unsubscribe, "Listens no more."},
    {"punsubscribe", -1, listens, 0, 0, 0, punsubscribe, "Listens no more to patterns."},
    {"publish", 3, flag_pubsub | flag_slow, 0, 0, 0, publish, "Sends a message to who listens."},
    {"pubsub", -2, flag_pubsub, 0, 0, 0, pubsub, "How many listen to what."},
};
// clang-format on

}  // namespace

CommandGroup pubsub_commands() { return {"pubsub", table}; }

}  // namespace wiregap::resp
