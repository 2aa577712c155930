// SPDX-License-Identifier: Apache-2.0
#include <map>
#include <utility>

#include "exporters/rows.h"

namespace wiregap::exporters {
namespace {

using enum MetricKind;

/// Two programs may want the same hook by the same mechanism: one series, 1 if all have it.
void hooks(const Reading& reading, Sink& sink) {
    std::map<std::pair<std::string_view, std::string_view>, bool> attached;
    for (const model::Hook& hook : reading.snapshot.self.hooks) {
        bool& all = attached.try_emplace({hook.name, hook.mechanism}, true).first->second;
        all = all && hook.attached;
    }
    for (const auto& [key, all] : attached) number(sink, all ? 1 : 0, {key.first, key.second});
}

// clang-format off
constexpr MetricRow self_table[] = {
    host_row("wiregap_build_info", gauge, {"version", "compiler", "libbpf"},
        "Always 1; the labels say what this binary is.",
        [](const Reading& r, Sink& sink) { number(sink, 1, {r.build.version, r.build.compiler, r.build.libbpf}); }),
    host_row("wiregap_backend_info", gauge, {"backend"},
        "Always 1; the label says which back end reads the kernel: fentry, tracepoint or poll.",
        [](const Reading& r, Sink& sink) { number(sink, 1, {r.snapshot.self.backend}); }),
    host_row("wiregap_hook_attached", gauge, {"hook", "mechanism"},
        "1 if every program that wants this hook has it, 0 if something is lost without it.", hooks),
    host_row("wiregap_bpf_runs_total", counter, {"program"},
        "Runs of a BPF program.",
        [](const Reading& r, Sink& sink) {
            for (const auto& p : r.snapshot.self.programs) number(sink, p.runs, {p.program});
        }),
    host_row("wiregap_bpf_run_seconds_total", counter, {"program"},
        "Time that a BPF program took from the processes it ran in, estimated: one run in many is timed.",
        [](const Reading& r, Sink& sink) {
            for (const auto& p : r.snapshot.self.programs) number(sink, p.run_seconds, {p.program});
        }),
    host_row("wiregap_bpf_lost_total", counter, {"what"},
        "Things that could not be counted, by what was lost.",
        [](const Reading& r, Sink& sink) {
            for (const auto& [what, times] : r.snapshot.self.lost) number(sink, times, {what});
        }),
    host_row("wiregap_map_entries", gauge, {"map"},
        "Entries in use of a BPF map.",
        [](const Reading& r, Sink& sink) {
            for (const auto& m : r.snapshot.self.maps) number(sink, m.entries, {m.map});
        }),
    host_row("wiregap_map_capacity", gauge, {"map"},
        "Entries that a BPF map can hold.",
        [](const Reading& r, Sink& sink) {
            for (const auto& m : r.snapshot.self.maps) number(sink, m.capacity, {m.map});
        }),
    host_row("wiregap_tick_seconds", gauge, {},
        "How long the last reading of the kernel took.",
        [](const Reading& r, Sink& sink) { number(sink, r.snapshot.self.tick_seconds); }),
    host_row("wiregap_services", gauge, {},
        "Services that have series of their own, the one named other included.",
        [](const Reading& r, Sink& sink) { number(sink, r.snapshot.services.size()); }),
};
// clang-format on

}  // namespace

std::span<const MetricRow> self_rows() { return self_table; }

}  // namespace wiregap::exporters
