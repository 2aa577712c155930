// SPDX-License-Identifier: Apache-2.0
#include "daemon/app/verdict_channel.h"

#include "exporters/verdict_json.h"

namespace wiregap::app {

void publish_verdicts(resp::PubSub& pubsub, const model::Snapshot& snapshot) {
    if (pubsub.channel_count() + pubsub.pattern_count() == 0) return;
    for (const model::VerdictChange& change : snapshot.verdict_changes) {
        const auto json = exporters::change_object(change, snapshot.taken_unix_seconds);
        pubsub.publish(verdict_channel, json.dump());
    }
}

}  // namespace wiregap::app
