// SPDX-License-Identifier: Apache-2.0
// A snapshot as lines of text, for people with a redis-cli: a header, and one line for each thing.
#pragma once

#include <string>
#include <vector>

#include "daemon/model/snapshot.h"
#include "exporters/text/options.h"

namespace wiregap::exporters {

using Lines = std::vector<std::string>;

/// words: what to show (HELP says what there is), and its options. A null snapshot: there is none
/// yet. Throws BadView.
Lines text_view(const model::Snapshot* snapshot, Words words);

Lines services_view(const model::Snapshot& snapshot, Words options);
Lines connections_view(const model::Snapshot& snapshot, Words options);
Lines hooks_view(const model::Snapshot& snapshot, Words options);
/// The five places of each service and its worst verdict, most held bytes first; then the worst
/// connections.
Lines top_view(const model::Snapshot& snapshot, Words options);
/// Each service's verdicts: connections that have it now, and connection-seconds so far.
Lines verdicts_view(const model::Snapshot& snapshot, Words options);
/// Sentences about what the words name (model/explain.h).
Lines explain_view(const model::Snapshot& snapshot, Words words);

}  // namespace wiregap::exporters
