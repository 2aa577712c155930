// SPDX-License-Identifier: Apache-2.0
#include "daemon/app/verdict_channel.h"

#include <algorithm>
#include <cstddef>
#include <string>

#include "exporters/json/json_api.h"

namespace wiregap::app {
namespace {

/// Of one tick: each goes to every subscriber, and the tick is not to be late for it.
constexpr std::size_t most_changes = 100;

}  // namespace

void publish_verdicts(resp::PubSub& pubsub, const model::Snapshot& snapshot) {
    if (pubsub.channel_count() + pubsub.pattern_count() == 0) return;
    const std::size_t all = snapshot.verdict_changes.size();
    for (std::size_t i = 0; i < std::min(all, most_changes); ++i) {
        pubsub.publish(verdict_channel, exporters::change_json(snapshot.verdict_changes[i],
                                                               snapshot.taken_unix_seconds));
    }
    if (all > most_changes) {
        pubsub.publish(verdict_channel,
                       "{\"left_out\":" + std::to_string(all - most_changes) + "}");
    }
}

}  // namespace wiregap::app
