// SPDX-License-Identifier: Apache-2.0
// Lines of the query plane, out of a snapshot: a header, and one line for each thing.
#pragma once

#include <stdexcept>
#include <string>
#include <vector>

#include "daemon/model/snapshot.h"
#include "daemon/resp/parser.h"

namespace wiregap::resp {

/// Options that can't be used; what() is one line that says what to write.
class BadView : public std::runtime_error {
  public:
    using std::runtime_error::runtime_error;
};

/// `options`: NAME value pairs (SERVICE, PORT, LIMIT). Throw BadView.
std::vector<std::string> services_view(const model::Snapshot& snapshot, Arguments options);
std::vector<std::string> connections_view(const model::Snapshot& snapshot, Arguments options);
std::vector<std::string> hooks_view(const model::Snapshot& snapshot, Arguments options);
/// The five places of each service and its worst verdict, most held bytes first; then the worst
/// connections.
std::vector<std::string> top_view(const model::Snapshot& snapshot, Arguments options);
/// Each service's verdicts: connections that have it now, and connection-seconds so far.
std::vector<std::string> verdicts_view(const model::Snapshot& snapshot, Arguments options);
/// Sentences about what the words name (model/explain.h). Throws BadView where that is nothing.
std::vector<std::string> explain_view(const model::Snapshot& snapshot, Arguments words);

}  // namespace wiregap::resp
