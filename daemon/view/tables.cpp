// SPDX-License-Identifier: Apache-2.0
#include "daemon/view/tables.h"

namespace wiregap::view {

const Table<model::Service>& service_table() {
    static const Table<model::Service> table(
        "services", {"service", "port", "role"},
        {service_bytes(), service_writes(), service_waits(), service_held(), service_queues(),
         service_ends(), service_verdicts()});
    return table;
}

const Table<model::Connection>& connection_table() {
    static const Table<model::Connection> table(
        "connections", {}, {connection_queues(), connection_holds(), connection_verdict()});
    return table;
}

std::vector<const Schema*> schemas() {
    return {&service_table(),     &connection_table(), &daemon_table(),  &program_table(),
            &map_table(),         &hook_table(),       &resp_table(),    &backlog_source_table(),
            &explanation_table(), &change_table(),     &snapshot_table()};
}

}  // namespace wiregap::view
