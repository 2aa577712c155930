// SPDX-License-Identifier: Apache-2.0
// THE tables: everything that any face shows of a service, a connection, the daemon. A new value or
// metric is one row, in the file of its theme.
#pragma once

#include <vector>

#include "daemon/model/explain.h"
#include "daemon/view/build.h"
#include "daemon/view/field.h"
#include "daemon/view/process_stats.h"

namespace wiregap::view {

/// The daemon about itself: what is not in the snapshot comes with it.
struct Reading {
    const model::Snapshot& snapshot;
    const ProcessStats& process;
    const Build& build;
};

/// A change of a verdict, and when.
struct ChangeAt {
    const model::VerdictChange& change;
    double unix_seconds = 0;
};

const Table<model::Service>& service_table();
const Table<model::Connection>& connection_table();
/// Which picture it is: in every document.
const Table<model::Snapshot>& snapshot_table();
const Table<Reading>& daemon_table();
const Table<model::RespServer>& resp_table();
const Table<model::BacklogSource>& backlog_source_table();
const Table<model::Hook>& hook_table();
const Table<model::ProgramRuns>& program_table();
const Table<model::MapFill>& map_table();
const Table<ChangeAt>& change_table();
const Table<model::Explanation>& explanation_table();

/// All of them.
std::vector<const Schema*> schemas();

using ServiceFields = std::vector<Field<model::Service>>;
using ConnectionFields = std::vector<Field<model::Connection>>;

// One function for each file of rows; the table joins them in this order.
ServiceFields service_bytes();   ///< who it is; written, transmitted, acked, retransmitted
ServiceFields service_writes();  ///< departures, shortfalls, delays
ServiceFields service_waits();   ///< egress, ACK, writers, accept
ServiceFields service_held();    ///< held time by reason, windows
ServiceFields service_queues();  ///< what stands in the queues and buffers now
ServiceFields service_ends();    ///< connections by state, opened, closed, undelivered
ServiceFields service_verdicts();

ConnectionFields connection_queues();  ///< who it is, its queues and its path
ConnectionFields connection_holds();   ///< why its bytes wait
ConnectionFields connection_verdict();

}  // namespace wiregap::view
