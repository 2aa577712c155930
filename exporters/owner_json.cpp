// SPDX-License-Identifier: Apache-2.0
#include "exporters/owner_json.h"

#include "exporters/text.h"

namespace wiregap::exporters {

nlohmann::ordered_json owner_object(const model::Owner& owner) {
    nlohmann::ordered_json json = nlohmann::ordered_json::object();
    if (owner.pid != 0) json["pid"] = owner.pid;
    json["comm"] = valid_utf8(owner.comm);
    json["unit"] = valid_utf8(owner.unit);
    json["container"] = valid_utf8(owner.container);
    return json;
}

}  // namespace wiregap::exporters
