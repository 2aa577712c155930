// SPDX-License-Identifier: Apache-2.0
#include "daemon/view/codec.h"

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace wiregap::view {
namespace {

/// "notes" of "notes.#": a list is there when it is empty, too.
std::optional<std::string> list_of(const FieldInfo& field) {
    if (!field.key.ends_with(".#")) return std::nullopt;
    return std::string(field.key.substr(0, field.key.size() - 2));
}

struct ToJson {
    Json operator()(const None&) const { return Json::object(); }
    Json operator()(const DelaySummary& d) const {
        return {{"count", d.count},
                {"sum_seconds", d.sum_seconds},
                {"p50_seconds", d.p50_seconds},
                {"p90_seconds", d.p90_seconds},
                {"p99_seconds", d.p99_seconds}};
    }
    template <class Plain>
    Json operator()(const Plain& value) const {
        return value;
    }
};

void encode_part(const FieldInfo& field, const Part& part, Json& object) {
    Json* here = &object;
    const bool none = std::holds_alternative<None>(part.leaf);
    for (const std::string_view level : field.levels) {
        if (none && level == "*") break;
        here = level == "#" ? &here->emplace_back()
                            : &(*here)[level == "*" ? part.key : std::string(level)];
    }
    *here = std::visit(ToJson{}, part.leaf);
}

std::optional<Leaf> delays_in(const Json& json) {
    const auto number = [&](const char* key) {
        const auto found = json.find(key);
        return found != json.end() && found->is_number() ? found->get<double>() : 0;
    };
    if (!json.is_object() || !json.contains("count")) return std::nullopt;
    return DelaySummary{.count = static_cast<std::uint64_t>(std::max(0.0, number("count"))),
                        .sum_seconds = number("sum_seconds"),
                        .p50_seconds = number("p50_seconds"),
                        .p90_seconds = number("p90_seconds"),
                        .p99_seconds = number("p99_seconds")};
}

std::optional<Leaf> leaf_in(const FieldInfo& field, const Json& json) {
    if (field.delays) return delays_in(json);
    if (field.unit == Unit::text)
        return json.is_string() ? std::optional<Leaf>(json.get<std::string>()) : std::nullopt;
    if (json.is_boolean()) return json.get<bool>();
    if (json.is_number_unsigned()) return json.get<std::uint64_t>();
    if (json.is_number()) return json.get<double>();
    return std::nullopt;
}

/// What stands below `json`, from this level of the field's key on.
void decode_below(const FieldInfo& field, std::size_t depth, const std::string& key,
                  const Json& json, Value& value) {
    const std::vector<std::string_view>& levels = field.levels;
    if (depth == levels.size()) {
        if (auto leaf = leaf_in(field, json)) value.push_back({key, std::move(*leaf)});
        return;
    }
    if (json.is_array() && levels[depth] == "#") {
        for (const Json& element : json) decode_below(field, depth + 1, key, element, value);
    }
    if (!json.is_object()) return;
    if (json.empty() && levels[depth] == "*") value.push_back({"", None{}});
    for (const auto& [name, below] : json.items()) {
        if (levels[depth] == "*") {
            decode_below(field, depth + 1, name, below, value);
        } else if (name == levels[depth]) {
            decode_below(field, depth + 1, key, below, value);
        }
    }
}

}  // namespace

Json encode(const Schema& schema, const Row& row) {
    Json object = Json::object();
    for (std::size_t i = 0; i < row.size(); ++i) {
        if (const auto list = list_of(schema.fields.at(i))) object[*list] = Json::array();
        for (const Part& part : row[i]) encode_part(schema.fields.at(i), part, object);
    }
    return object;
}

Row decode(const Schema& schema, const Json& json) {
    Row row;
    row.reserve(schema.fields.size());
    for (const FieldInfo& field : schema.fields) {
        Value value;
        if (!field.key.empty()) decode_below(field, 0, "", json, value);
        row.push_back(std::move(value));
    }
    return row;
}

}  // namespace wiregap::view
