// SPDX-License-Identifier: Apache-2.0
#include "exporters/json/json_parts.h"

namespace wiregap::exporters {

std::string compact(const view::Json& json) {
    return json.dump(-1, ' ', false, view::Json::error_handler_t::replace);
}

view::Json snapshot_object(const model::Snapshot& snapshot) {
    return object_of(view::snapshot_table(), snapshot, snapshot.known);
}

void JsonList::add(const view::Json& item) {
    if (count_++ > 0) text_ += ',';
    text_ += compact(item);
}

}  // namespace wiregap::exporters
