// SPDX-License-Identifier: Apache-2.0
#include "daemon/kernel/bpf/wanted.h"

#include <algorithm>
#include <cerrno>

namespace wiregap::kernel {
namespace {

bool wants(Backend backend, const HookSpec& spec) {
    if (spec.in == In::both) return true;
    return spec.in == (backend == Backend::fentry ? In::fentry : In::tracepoint);
}

/// Another program does its work; or is to do it, and speaks for both.
bool is_made_up_for(const HookSpec& spec, const HookProbes& probes) {
    if (!spec.stands_in_for.empty()) return probes.at(spec.stands_in_for).accepted;
    return std::any_of(hook_specs().begin(), hook_specs().end(),
                       [&](const HookSpec& other) { return other.stands_in_for == spec.program; });
}

bool is_time_for(const HookSpec& spec, const HookProbe& probe, bool late_by_address,
                 bool syscalls) {
    switch (spec.when) {
        case When::where_it_exists:
            return probe.error != ENOENT;
        case When::reason_given:
            return probe.error != EOPNOTSUPP;
        case When::calls_watched:
            return syscalls;
        case When::state_in_socket:
            return !late_by_address;
        case When::state_in_hash:
            return late_by_address;
        case When::always:
        case When::required:
            break;
    }
    return true;
}

bool is_chosen_stand_in(Backend backend, const HookSpec& spec, const HookProbes& probes) {
    return wants(backend, spec) && !spec.stands_in_for.empty() &&
           !probes.at(spec.stands_in_for).accepted;
}

}  // namespace

model::Hook report(const HookSpec& spec, const HookProbe& probe) {
    return {.name = std::string(spec.hook),
            .mechanism = std::string(to_string(spec.mechanism)),
            .program = std::string(spec.program),
            .attached = probe.accepted,
            .reason = probe.accepted ? "" : explain_refusal(spec, probe.error),
            .loses = std::string(spec.loses)};
}

std::optional<std::string> missing_program(Backend backend, const HookProbes& probes) {
    for (const HookSpec& spec : hook_specs()) {
        const HookProbe& probe = probes.at(spec.program);
        const bool needed = wants(backend, spec) && spec.when == When::required;
        if (needed && !probe.accepted && !is_made_up_for(spec, probes))
            return explain_refusal(spec, probe.error);
    }
    return std::nullopt;
}

bool has_stand_in(Backend backend, const HookProbes& probes) {
    return std::any_of(hook_specs().begin(), hook_specs().end(), [&](const HookSpec& spec) {
        return is_chosen_stand_in(backend, spec, probes);
    });
}

std::vector<model::Hook> hooks_of(Backend backend, const HookProbes& probes, bool late_by_address,
                                  bool syscalls) {
    std::vector<model::Hook> hooks;
    for (const HookSpec& spec : hook_specs()) {
        const HookProbe& probe = probes.at(spec.program);
        if (!wants(backend, spec) || !is_time_for(spec, probe, late_by_address, syscalls)) continue;
        const bool needless =
            !spec.stands_in_for.empty() && !is_chosen_stand_in(backend, spec, probes);
        if (!needless) hooks.push_back(report(spec, probe));
    }
    return hooks;
}

}  // namespace wiregap::kernel
