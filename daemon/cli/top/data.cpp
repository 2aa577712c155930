// SPDX-License-Identifier: Apache-2.0
#include "daemon/cli/top/data.h"

#include <algorithm>

#include "daemon/cli/answer.h"
#include "daemon/model/units.h"
#include "daemon/view/layout.h"
#include "daemon/view/tables.h"

namespace wiregap::cli {

double service_number(const view::Row& service, std::string_view field) {
    return number_in(value_of(view::service_table(), service, field)).value_or(0);
}

double connection_number(const view::Row& connection, std::string_view field) {
    return number_in(value_of(view::connection_table(), connection, field)).value_or(0);
}

std::string service_word(const view::Row& service, std::string_view field) {
    return model::printable(word_in(value_of(view::service_table(), service, field)));
}

std::string connection_word(const view::Row& connection, std::string_view field) {
    return model::printable(word_in(value_of(view::connection_table(), connection, field)));
}

TopData read_top(const Json& services, const Json& connections) {
    TopData data{.services = rows_in(services, view::service_table()),
                 .connections = rows_in(connections, view::connection_table())};
    const view::Row snapshot = snapshot_in(services);
    const auto said = [&](const char* key) {
        return value_of(view::snapshot_table(), snapshot, key);
    };
    data.backend = model::printable(word_in(said("backend")));
    data.tick_seconds = number_in(said("tick_interval_seconds")).value_or(1);
    data.taken_unix_seconds = number_in(said("taken_unix_seconds")).value_or(0);
    std::stable_sort(data.connections.begin(), data.connections.end(),
                     [](const view::Row& a, const view::Row& b) {
                         return connection_number(a, "held_byte_seconds") >
                                connection_number(b, "held_byte_seconds");
                     });
    return data;
}

}  // namespace wiregap::cli
