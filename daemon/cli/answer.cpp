// SPDX-License-Identifier: Apache-2.0
#include "daemon/cli/answer.h"

#include <string>

#include "daemon/cli/failure.h"
#include "daemon/view/codec.h"
#include "daemon/view/tables.h"

namespace wiregap::cli {

std::vector<view::Row> rows_in(const Json& document, const view::Schema& schema) {
    const auto list = document.find(schema.list);
    if (list == document.end() || !list->is_array()) {
        throw Failure("the answer has no list of " + std::string(schema.list) +
                      ": this is not wiregapd's, is --url right?");
    }
    std::vector<view::Row> rows;
    for (const Json& element : *list) rows.push_back(view::decode(schema, element));
    return rows;
}

view::Row snapshot_in(const Json& document) {
    const auto snapshot = document.find("snapshot");
    return view::decode(view::snapshot_table(), snapshot == document.end() ? Json() : *snapshot);
}

}  // namespace wiregap::cli
