// SPDX-License-Identifier: Apache-2.0
#include <optional>

#include "exporters/rows.h"

namespace wiregap::exporters {
namespace {

using enum MetricKind;

template <class Number>
void number_if_known(Sink& sink, const std::optional<Number>& value) {
    if (value) number(sink, *value);
}

// clang-format off
constexpr MetricRow process_table[] = {
    host_row("process_cpu_seconds_total", counter, {},
        "Total user and system CPU time spent in seconds.",
        [](const Reading& r, Sink& sink) { number_if_known(sink, r.process.cpu_seconds); }),
    host_row("process_start_time_seconds", gauge, {},
        "Start time of the process since unix epoch in seconds.",
        [](const Reading& r, Sink& sink) { number_if_known(sink, r.process.start_time_unix_seconds); }),
    host_row("process_resident_memory_bytes", gauge, {},
        "Resident memory size in bytes.",
        [](const Reading& r, Sink& sink) { number_if_known(sink, r.process.resident_memory_bytes); }),
    host_row("process_virtual_memory_bytes", gauge, {},
        "Virtual memory size in bytes.",
        [](const Reading& r, Sink& sink) { number_if_known(sink, r.process.virtual_memory_bytes); }),
    host_row("process_open_fds", gauge, {},
        "Number of open file descriptors.",
        [](const Reading& r, Sink& sink) { number_if_known(sink, r.process.open_fds); }),
    host_row("process_max_fds", gauge, {},
        "Maximum number of open file descriptors.",
        [](const Reading& r, Sink& sink) { number_if_known(sink, r.process.max_fds); }),
};
// clang-format on

}  // namespace

std::span<const MetricRow> process_rows() { return process_table; }

}  // namespace wiregap::exporters
