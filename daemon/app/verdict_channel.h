// SPDX-License-Identifier: Apache-2.0
// Changes of verdicts for the subscribers of the embedded server.
#pragma once

#include "daemon/model/snapshot.h"
#include "daemon/resp/commands/pubsub.h"

namespace wiregap::app {

inline constexpr const char* verdict_channel = "wiregap:verdicts";

/// One message for each change of this tick, the JSON of exporters::change_object: 100 at most,
/// then
/// {"left_out":N}. Costs nothing while nobody listens.
void publish_verdicts(resp::PubSub& pubsub, const model::Snapshot& snapshot);

}  // namespace wiregap::app
