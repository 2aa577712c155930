// SPDX-License-Identifier: Apache-2.0
#include "daemon/kernel/wanted.h"

#include <algorithm>
#include <cerrno>

namespace wiregap::kernel {
namespace {

bool wants(Backend backend, const HookSpec& spec) {
    if (spec.in == In::both) return true;
    return spec.in == (backend == Backend::fentry ? In::fentry : In::tracepoint);
}

/// Another program does its work; or is to do it, and speaks for both.
bool is_made_up_for(const HookSpec& spec, const Trials& trials) {
    if (!spec.stands_in_for.empty()) return trials.at(spec.stands_in_for).accepted;
    return std::any_of(hook_specs().begin(), hook_specs().end(),
                       [&](const HookSpec& other) { return other.stands_in_for == spec.program; });
}

bool is_time_for(const HookSpec& spec, const Trial& trial, bool late_by_address, bool syscalls) {
    switch (spec.when) {
        case When::where_it_exists:
            return trial.error != ENOENT;
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

bool is_chosen_stand_in(Backend backend, const HookSpec& spec, const Trials& trials) {
    return wants(backend, spec) && !spec.stands_in_for.empty() &&
           !trials.at(spec.stands_in_for).accepted;
}

}  // namespace

model::Hook report(const HookSpec& spec, const Trial& trial) {
    return {.name = std::string(spec.hook),
            .mechanism = std::string(to_string(spec.mechanism)),
            .program = std::string(spec.program),
            .attached = trial.accepted,
            .reason = trial.accepted ? "" : explain_refusal(spec, trial.error),
            .loses = std::string(spec.loses)};
}

std::optional<std::string> missing_program(Backend backend, const Trials& trials) {
    for (const HookSpec& spec : hook_specs()) {
        const Trial& trial = trials.at(spec.program);
        const bool needed = wants(backend, spec) && spec.when == When::required;
        if (needed && !trial.accepted && !is_made_up_for(spec, trials))
            return explain_refusal(spec, trial.error);
    }
    return std::nullopt;
}

bool has_stand_in(Backend backend, const Trials& trials) {
    return std::any_of(hook_specs().begin(), hook_specs().end(), [&](const HookSpec& spec) {
        return is_chosen_stand_in(backend, spec, trials);
    });
}

std::vector<model::Hook> hooks_of(Backend backend, const Trials& trials, bool late_by_address,
                                  bool syscalls) {
    std::vector<model::Hook> hooks;
    for (const HookSpec& spec : hook_specs()) {
        const Trial& trial = trials.at(spec.program);
        if (!wants(backend, spec) || !is_time_for(spec, trial, late_by_address, syscalls)) continue;
        const bool needless =
            !spec.stands_in_for.empty() && !is_chosen_stand_in(backend, spec, trials);
        if (!needless) hooks.push_back(report(spec, trial));
    }
    return hooks;
}

}  // namespace wiregap::kernel
