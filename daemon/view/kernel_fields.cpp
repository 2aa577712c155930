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
    {flag("attached", "Whether the program is attached to the hook."), get<&Hook::attached>},
    {text("reason", "Why it is not attached, and what to do; empty if it is attached."), get<&Hook::reason>},
    {text("loses", "What is not known without it."), get<&Hook::loses>},
    }});
    return table;
}

const Table<ProgramRuns>& program_table() {
    static const Table<ProgramRuns> table("programs", {"program"}, {{
    {text("program", "BPF program."), get<&ProgramRuns::program>},
    {count("runs", "Runs of the BPF program.").counter("wiregap_bpf_runs_total"), get<&ProgramRuns::runs>},
    {seconds("run_seconds", "Time that the BPF program took from the processes it ran in, estimated from a sample of its runs.")
     .counter("wiregap_bpf_run_seconds_total"),
     get<&ProgramRuns::run_seconds>},
    }});
    return table;
}

const Table<MapFill>& map_table() {
    static const Table<MapFill> table("maps", {"map"}, {{
    {text("map", "BPF map."), get<&MapFill::map>},
    {count("entries", "Entries in use in the BPF map.").gauge("wiregap_map_entries"), get<&MapFill::entries>},
    {count("capacity", "Entries that the BPF map can hold.").gauge("wiregap_map_capacity"), get<&MapFill::capacity>},
    }});
    return table;
}
// clang-format on

}  // namespace wiregap::view
