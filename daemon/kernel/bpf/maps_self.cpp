// SPDX-License-Identifier: Apache-2.0
// What the maps say of the monitor itself: runs and their price, losses, fill.
#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include <algorithm>
#include <array>

#include "daemon/kernel/bpf/maps.h"
#include "wiregap.skel.h"

namespace wiregap::kernel {
namespace {

constexpr std::array<const char*, WG_PROGRAMS> program_names{
    "send",    "transmit", "set_state", "retransmit", "ack",
    "dequeue", "blocked",  "accept",    "call",       "drop"};
constexpr std::array<const char*, WG_LOSSES> loss_names{
    "services",           "late_state",  "delays",       "sockets", "listeners",
    "listed_connections", "write_calls", "accept_waits", "resent"};

wg_runs sum_runs(int map, std::uint32_t program, int cpus) {
    std::vector<wg_runs> each(static_cast<std::size_t>(cpus));
    wg_runs total{};
    if (bpf_map_lookup_elem(map, &program, each.data()) != 0) return total;
    for (const wg_runs& one : each) {
        total.runs += one.runs;
        total.timed_runs += one.timed_runs;
        total.timed_ns += one.timed_ns;
    }
    return total;
}

std::uint64_t missed_runs(int program) {
    bpf_prog_info info{};
    __u32 bytes = sizeof info;
    if (program < 0 || bpf_obj_get_info_by_fd(program, &info, &bytes) != 0) return 0;
    return info.recursion_misses;
}

std::uint64_t count_keys(int map, std::size_t key_bytes) {
    std::vector<std::byte> key(key_bytes);
    std::uint64_t count = 0;
    const void* previous = nullptr;
    while (bpf_map_get_next_key(map, previous, key.data()) == 0) {
        previous = key.data();
        ++count;
    }
    return count;
}

}  // namespace

std::vector<model::ProgramRuns> BpfMaps::runs(std::uint64_t writes) const {
    std::vector<model::ProgramRuns> all;
    for (std::uint32_t program = 0; program < WG_PROGRAMS; ++program) {
        wg_runs sum = sum_runs(bpf_map__fd(skeleton_.maps.runs), program, cpus_);
        if (program == WG_PROG_SEND) sum.runs += writes;
        const double mean_ns = sum.timed_runs == 0 ? 0
                                                   : static_cast<double>(sum.timed_ns) /
                                                         static_cast<double>(sum.timed_runs);
        all.push_back({.program = program_names.at(program),
                       .runs = sum.runs,
                       .run_seconds = mean_ns * static_cast<double>(sum.runs) / 1e9});
    }
    return all;
}

std::map<std::string, std::uint64_t> BpfMaps::lost() const {
    std::map<std::string, std::uint64_t> all;
    for (std::size_t i = 0; i < loss_names.size(); ++i) {
        all[loss_names.at(i)] = skeleton_.bss->lost[i];
    }
    // Runs that the kernel itself skipped because the program was active on that CPU (from 5.12).
    bpf_program* program = nullptr;
    bpf_object__for_each_program(program, skeleton_.obj) {
        all["program_runs"] += missed_runs(bpf_program__fd(program));
    }
    return all;
}

std::vector<model::MapFill> BpfMaps::fill() const {
    const auto& maps = skeleton_.maps;
    std::vector<model::MapFill> all{
        {.map = "services",
         .entries = services().size(),
         .capacity = bpf_map__max_entries(maps.services)},
        {.map = "listed", .entries = listed_count(), .capacity = bpf_map__max_entries(maps.listed)},
        {.map = "sockets",
         .entries = skeleton_.bss->homes_used[0] + skeleton_.bss->homes_over,
         .capacity = std::uint64_t{bpf_map__max_entries(maps.homes)} * 4},
        {.map = "listeners",
         .entries = count_keys(bpf_map__fd(maps.listeners), sizeof(wg_listener_key)),
         .capacity = bpf_map__max_entries(maps.listeners)},
        {.map = "resent",
         .entries = skeleton_.bss->resent_count,
         .capacity = bpf_map__max_entries(maps.resent)},
    };
    if (skeleton_.rodata->late_by_address) {
        all.push_back({.map = "late_hash",
                       .entries = count_keys(bpf_map__fd(maps.late_hash), sizeof(__u64)),
                       .capacity = bpf_map__max_entries(maps.late_hash)});
    }
    return all;
}

}  // namespace wiregap::kernel
