// SPDX-License-Identifier: Apache-2.0
#include "daemon/cli/json_cells.h"

#include <cmath>

#include "daemon/cli/failure.h"
#include "daemon/cli/units.h"

namespace wiregap::cli {

const Json* at(const Json& object, Path path) {
    const Json* here = &object;
    for (const char* key : path) {
        const auto found = here->find(key);
        if (!here->is_object() || found == here->end()) return nullptr;
        here = &*found;
    }
    return here;
}

std::optional<double> number_at(const Json& object, Path path) {
    const Json* value = at(object, path);
    if (value == nullptr || !value->is_number()) return std::nullopt;
    return value->get<double>();
}

std::optional<double> sum_at(const Json& object, Path path) {
    const Json* values = at(object, path);
    if (values == nullptr || !values->is_object()) return std::nullopt;
    std::optional<double> sum;
    for (const Json& value : *values) {
        if (value.is_number()) sum = sum.value_or(0) + value.get<double>();
    }
    return sum;
}

const Json& list_at(const Json& document, const char* key) {
    const Json* list = at(document, {key});
    if (list == nullptr || !list->is_array()) {
        throw Failure(std::string("the answer has no list of ") + key +
                      ": this is not wiregapd's, is --url right?");
    }
    return *list;
}

std::string text_cell(const Json& object, Path path) {
    const Json* value = at(object, path);
    if (value == nullptr || !value->is_string()) return std::string(unknown);
    const auto text = value->get<std::string>();
    return text.empty() ? std::string(unknown) : printable(text);
}

std::string count_cell(std::optional<double> count) {
    return count ? std::to_string(std::llround(*count)) : std::string(unknown);
}

std::string bytes_cell(std::optional<double> bytes) {
    return bytes ? human_bytes(*bytes) : std::string(unknown);
}

std::string seconds_cell(std::optional<double> seconds) {
    return seconds ? human_seconds(*seconds) : std::string(unknown);
}

std::string percent_cell(std::optional<double> part, std::optional<double> whole) {
    if (!part || !whole || *whole <= 0) return std::string(unknown);
    return human_percent(*part / *whole);
}

}  // namespace wiregap::cli
