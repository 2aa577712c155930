// SPDX-License-Identifier: Apache-2.0
// What the daemon has in the kernel: hooks, programs, maps.
#include "daemon/view/tables.h"
#include "daemon/view/take.h"

namespace wiregap::view {

using model::Hook;
using model::MapFill;
using model::ProgramRuns;

// clang-format off
const Table<Hook>& hook_table() {
    static const Table<Hook> table("hooks", {}, {{
    {text("hook", "Kernel function or tracepoint."), get<&Hook::name>},
    {text("mechanism", "fentry, fexit, tp_btf or iter."), get<&Hook::mechanism>},
    {text("program", "BPF program."), get<&Hook::program>},
    {flag("attached", "It has the hook."), get<&Hook::attached>},
    {text("reason", "Why not, and what to do; empty when attached."), get<&Hook::reason>},
    {text("loses", "What is not known without it."), get<&Hook::loses>},
    }});
    return table;
}

const Table<ProgramRuns>& program_table() {
    static const Table<ProgramRuns> table("programs", {"program"}, {{
    {text("program", "BPF program."), get<&ProgramRuns::program>},
    {count("runs", "Runs of a BPF program.").counter("wiregap_bpf_runs_total"), get<&ProgramRuns::runs>},
    {seconds("run_seconds", "Time that a BPF program took from the processes it ran in, estimated: one run in many is timed.")
     .counter("wiregap_bpf_run_seconds_total"),
     get<&ProgramRuns::run_seconds>},
    }});
    return table;
}

const Table<MapFill>& map_table() {
    static const Table<MapFill> table("maps", {"map"}, {{
    {text("map", "BPF map."), get<&MapFill::map>},
    {count("entries", "Entries in use of a BPF map.").gauge("wiregap_map_entries"), get<&MapFill::entries>},
    {count("capacity", "Entries that a BPF map can hold.").gauge("wiregap_map_capacity"), get<&MapFill::capacity>},
    }});
    return table;
}
// clang-format on

}  // namespace wiregap::view
