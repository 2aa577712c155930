// SPDX-License-Identifier: Apache-2.0
// Which back end: by trying every hook, best first.
#include <algorithm>
#include <cerrno>
#include <map>
#include <optional>

#include "daemon/kernel/environment.h"
#include "daemon/kernel/programs.h"
#include "daemon/kernel/trial.h"

namespace wiregap::kernel {
namespace {

using Trials = std::map<std::string_view, Trial>;

bool wants(Backend backend, const HookSpec& spec) {
    if (spec.in == In::both) return true;
    return spec.in == (backend == Backend::fentry ? In::fentry : In::tracepoint);
}

model::Hook report(const HookSpec& spec, const Trial& trial) {
    return {.name = std::string(spec.hook),
            .mechanism = std::string(to_string(spec.mechanism)),
            .program = std::string(spec.program),
            .attached = trial.accepted,
            .reason = trial.accepted ? "" : explain_refusal(spec, trial.error),
            .loses = std::string(spec.loses)};
}

/// Another program does its work; or is to do it, and speaks for both.
bool is_made_up_for(const HookSpec& spec, const Trials& trials) {
    if (!spec.stands_in_for.empty()) return trials.at(spec.stands_in_for).accepted;
    return std::any_of(hook_specs().begin(), hook_specs().end(),
                       [&](const HookSpec& other) { return other.stands_in_for == spec.program; });
}

/// Why `backend` can't be had; nothing if it can.
std::optional<std::string> obstacle(Backend backend, const Trials& trials) {
    if (backend == Backend::fentry) {
        if (std::string hazard = trampoline_hazard(); !hazard.empty()) return hazard;
    }
    for (const HookSpec& spec : hook_specs()) {
        const Trial& trial = trials.at(spec.program);
        const bool needed = wants(backend, spec) && spec.when == When::required;
        if (needed && !trial.accepted && !is_made_up_for(spec, trials))
            return explain_refusal(spec, trial.error);
    }
    return std::nullopt;
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

/// What stands in for a missing hook has no trusted pointer to keep state in the socket with.
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

std::vector<Backend> candidates(config::BackendChoice wanted) {
    switch (wanted) {
        case config::BackendChoice::fentry:
            return {Backend::fentry};
        case config::BackendChoice::tracepoint:
            return {Backend::tracepoint};
        case config::BackendChoice::poll:
            return {};
        default:
            return {Backend::fentry, Backend::tracepoint};
    }
}

void give_up(Choice& choice, config::BackendChoice wanted) {
    if (wanted == config::BackendChoice::automatic || wanted == config::BackendChoice::poll) return;
    const Backend backend = candidates(wanted).front();
    throw BackendRefused("backend: " + std::string(to_string(backend)) + " can't be had: " +
                         choice.reason + "; or set backend: auto in the config");
}

}  // namespace

Choice choose_backend(config::BackendChoice wanted, bool syscalls) {
    Choice choice;
    if (wanted == config::BackendChoice::poll) {
        choice.reason = "the config asks for backend: poll";
        return choice;
    }
    lift_memlock_limit();
    try {
        const KernelTypes types;
        Trials trials;
        for (const HookSpec& spec : hook_specs()) trials[spec.program] = try_hook(types, spec);
        for (const Backend backend : candidates(wanted)) {
            if (const auto why = obstacle(backend, trials)) {
                if (choice.reason.empty()) choice.reason = *why;
                continue;
            }
            choice.backend = backend;
            choice.late_by_address = !socket_storage_works(types) || has_stand_in(backend, trials);
            choice.has_spin_lock = spin_lock_works(types);
            choice.retransmit_has_error = types.tracepoint_arguments("tcp_retransmit_skb") > 2;
            choice.accept_arguments = types.function_arguments("inet_csk_accept");
            choice.hooks = hooks_of(backend, trials, choice.late_by_address, syscalls);
            return choice;
        }
        for (const HookSpec& spec : hook_specs()) {
            choice.hooks.push_back(report(spec, trials.at(spec.program)));
            choice.hooks.back().attached = false;
        }
    } catch (const std::runtime_error& problem) {
        choice.reason = problem.what();
    }
    give_up(choice, wanted);
    return choice;
}

}  // namespace wiregap::kernel
