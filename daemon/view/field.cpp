// SPDX-License-Identifier: Apache-2.0
#include "daemon/view/field.h"

#include <algorithm>
#include <string>

namespace wiregap::view {

std::string_view to_string(Unit unit) noexcept {
    switch (unit) {
        case Unit::count:
            return "count";
        case Unit::bytes:
            return "bytes";
        case Unit::seconds:
            return "seconds";
        case Unit::byte_seconds:
            return "byte_seconds";
        case Unit::bytes_per_second:
            return "bytes_per_second";
        case Unit::ratio:
            return "ratio";
        case Unit::flag:
            return "flag";
        case Unit::text:
            break;
    }
    return "text";
}

std::size_t Schema::at(std::string_view key) const {
    const auto found =
        std::find_if(fields.begin(), fields.end(), [&](const auto& f) { return f.key == key; });
    if (found == fields.end() || key.empty())
        throw std::logic_error("no field \"" + std::string(key) + "\" of " + std::string(list));
    return static_cast<std::size_t>(found - fields.begin());
}

std::vector<std::string_view> levels_of(std::string_view key) {
    std::vector<std::string_view> levels;
    for (std::size_t dot = key.find('.'); dot != std::string_view::npos; dot = key.find('.')) {
        levels.push_back(key.substr(0, dot));
        key.remove_prefix(dot + 1);
    }
    if (!key.empty()) levels.push_back(key);
    return levels;
}

bool is_known(const FieldInfo& field, const model::Known& known) {
    return field.known == nullptr || field.known(known);
}

bool is_keyed(const FieldInfo& field) { return field.key.find('*') != std::string_view::npos; }

std::string ValueSink::key_of(Keys keys) const {
    return keyed_ && keys.size() > 0 ? std::string(*keys.begin()) : std::string();
}

void ValueSink::put(Keys keys, Leaf leaf) { value_.push_back({key_of(keys), std::move(leaf)}); }

void ValueSink::put_delays(Keys keys, const Delays& delays) {
    value_.push_back({key_of(keys), summary_of(delays)});
}

}  // namespace wiregap::view
