// SPDX-License-Identifier: Apache-2.0
#include "daemon/cli/answer.h"

#include <string>

#include "daemon/cli/failure.h"
#include "daemon/view/codec.h"

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

}  // namespace wiregap::cli
