// SPDX-License-Identifier: Apache-2.0
// The monitor about itself.
#include <map>
#include <utility>

#include "daemon/model/service_sums.h"
#include "daemon/view/tables.h"
#include "daemon/view/take.h"

namespace wiregap::view {
namespace {

using model::HostTcp;
using model::Self;
using model::Snapshot;

template <auto... path>
void of_snapshot(const Reading& reading, const Known&, Sink& sink) {
    give(sink, {}, reach<path...>(reading.snapshot));
}

template <auto member>
void of_process(const Reading& reading, const Known&, Sink& sink) {
    give(sink, {}, reading.process.*member);
}

/// Two programs may want the same hook by the same mechanism: one series, 1 if all have it.
void hooks(const Reading& reading, const Known&, Sink& sink) {
    std::map<std::pair<std::string_view, std::string_view>, bool> attached;
    for (const model::Hook& hook : reading.snapshot.self.hooks) {
        bool& all = attached.try_emplace({hook.name, hook.mechanism}, true).first->second;
        all = all && hook.attached;
    }
    for (const auto& [key, all] : attached) give(sink, {key.first, key.second}, all);
}

void worst_connections(const Reading& reading, const Known&, Sink& sink) {
    const Snapshot& snapshot = reading.snapshot;
    for (std::size_t i = 0; i < snapshot.worst_with_series; ++i) {
        const model::Connection& c = snapshot.connections.at(snapshot.worst.at(i));
        give(sink,
             {std::to_string(i + 1), c.service, to_string(c.local), to_string(c.peer),
              to_string(c.judgement.verdict)},
             held_bytes(c));
    }
}

using Fields = std::vector<Field<Reading>>;

// clang-format off
Fields about_itself() {
    return {
    {count("", "Held bytes (reply backlog and notsent) of the connections with the most held byte-seconds, worst first; verdicts.top_connections sets how many.")
     .gauge("wiregap_top_connection_held_bytes", {"rank", "service", "local", "peer", "verdict"}),
     worst_connections},
    {text("version", "Version of this binary."),
     [](const Reading& r, const Known&, Sink& sink) { give(sink, {}, r.build.version); }},
    {count("", "Always 1; the labels describe this binary.").gauge("wiregap_build_info", {"version", "compiler", "libbpf"}),
     [](const Reading& r, const Known&, Sink& sink) { give(sink, {r.build.version, r.build.compiler, r.build.libbpf}, true); }},
    {count("", "Always 1; the label is the back end that reads the kernel: fentry, tracepoint or poll.").gauge("wiregap_backend_info", {"backend"}),
     [](const Reading& r, const Known&, Sink& sink) { give(sink, {r.snapshot.self.backend}, true); }},
    {count("", "1 if every program that needs this hook is attached; 0 if one is not and something is lost.")
     .gauge("wiregap_hook_attached", {"hook", "mechanism"}),
     hooks},
    {count("lost.*", "Items that could not be counted, by kind.").counter("wiregap_bpf_lost_total", {"what"}),
     [](const Reading& r, const Known&, Sink& sink) {
         for (const auto& [what, times] : r.snapshot.self.lost) give(sink, {what}, times);
         if (r.snapshot.self.lost.empty()) sink.put({}, None{});
     }},
    {seconds("tick_seconds", "Time that the last reading of the kernel took.").gauge("wiregap_tick_seconds"),
     of_snapshot<&Snapshot::self, &Self::tick_seconds>},
    {count("service_count", "Services that have series of their own, including the one named other.").gauge("wiregap_services"),
     [](const Reading& r, const Known&, Sink& sink) { give(sink, {}, r.snapshot.services.size()); }},
    };
}

template <auto member>
void of_host(const Reading& reading, const Known&, Sink& sink) {
    if (const auto& host = reading.snapshot.host_tcp) give(sink, {}, (*host).*member);
}

/// Absent where it is not said: in a network namespace of its own tcp_mem is not there.
template <auto member>
void limit_of_host(const Reading& reading, const Known&, Sink& sink) {
    const auto& host = reading.snapshot.host_tcp;
    if (host && (*host).*member != 0) give(sink, {}, (*host).*member);
}

Fields about_host() {
    return {
    {bytes("host_tcp.memory_bytes", "Kernel memory of all TCP sockets of this host.").gauge("wiregap_tcp_memory_bytes"),
     of_host<&HostTcp::memory_bytes>},
    {bytes("host_tcp.memory_pressure_bytes", "Above this much, the kernel cuts send buffers and windows (net.ipv4.tcp_mem, second value).").gauge("wiregap_tcp_memory_pressure_bytes"),
     limit_of_host<&HostTcp::memory_pressure_bytes>},
    {bytes("host_tcp.memory_limit_bytes", "The most memory that TCP sockets may use (net.ipv4.tcp_mem, third value).").gauge("wiregap_tcp_memory_limit_bytes"),
     limit_of_host<&HostTcp::memory_limit_bytes>},
    {count("host_tcp.orphans", "TCP sockets that no process has open and that still have bytes or a FIN to deliver.").gauge("wiregap_tcp_orphans"),
     of_host<&HostTcp::orphans>},
    {count("host_tcp.orphans_limit", "Above this many, the kernel resets sockets that no process has open (net.ipv4.tcp_max_orphans).").gauge("wiregap_tcp_orphans_limit"),
     limit_of_host<&HostTcp::orphans_limit>},
    };
}

Fields about_process() {
    return {
    {seconds("process.cpu_seconds", "Total user and system CPU time spent in seconds.").counter("process_cpu_seconds_total"),
     of_process<&ProcessStats::cpu_seconds>},
    {seconds("process.start_time_unix_seconds", "Start time of the process since unix epoch in seconds.").gauge("process_start_time_seconds"),
     of_process<&ProcessStats::start_time_unix_seconds>},
    {bytes("process.resident_memory_bytes", "Resident memory size in bytes.").gauge("process_resident_memory_bytes"),
     of_process<&ProcessStats::resident_memory_bytes>},
    {bytes("process.virtual_memory_bytes", "Virtual memory size in bytes.").gauge("process_virtual_memory_bytes"),
     of_process<&ProcessStats::virtual_memory_bytes>},
    {count("process.open_fds", "Number of open file descriptors.").gauge("process_open_fds"),
     of_process<&ProcessStats::open_fds>},
    {count("process.max_fds", "Maximum number of open file descriptors.").gauge("process_max_fds"),
     of_process<&ProcessStats::max_fds>},
    };
}
// clang-format on

}  // namespace

// clang-format off
const Table<Snapshot>& snapshot_table() {
    static const Table<Snapshot> table("snapshots", {}, {{
    {count("sequence", "Number of the snapshot: 1, 2, 3 and so on."), get<&Snapshot::sequence>},
    {count("taken_monotonic_ns", "When the reading of the kernel began (CLOCK_MONOTONIC)."),
     get<&Snapshot::taken_ns>},
    {seconds("taken_unix_seconds", "The same moment as Unix time."),
     get<&Snapshot::taken_unix_seconds>},
    {seconds("tick_interval_seconds", "Time between two snapshots."),
     get<&Snapshot::tick_interval_seconds>},
    {text("backend", "The back end that reads the kernel: fentry, tracepoint or poll."),
     get<&Snapshot::self, &Self::backend>},
    {text("backend_reason", "Why no better back end is in use; empty if this is the best."),
     get<&Snapshot::self, &Self::backend_reason>},
    }});
    return table;
}
// clang-format on

const Table<Reading>& daemon_table() {
    static const Table<Reading> table("daemon", {},
                                      {about_itself(), about_host(), about_process()});
    return table;
}

}  // namespace wiregap::view
