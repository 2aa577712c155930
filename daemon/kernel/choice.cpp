// SPDX-License-Identifier: Apache-2.0
// Which back end: by trying every hook, best first.
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
    return backend == Backend::fentry ? spec.in_fentry : spec.in_tracepoint;
}

model::Hook report(const HookSpec& spec, const Trial& trial) {
    return {.name = std::string(spec.hook),
            .mechanism = std::string(to_string(spec.mechanism)),
            .program = std::string(spec.program),
            .attached = trial.accepted,
            .reason = trial.accepted ? "" : explain_refusal(spec, trial.error),
            .loses = std::string(spec.loses)};
}

/// Why `backend` can't be had; nothing if it can.
std::optional<std::string> obstacle(Backend backend, const Trials& trials) {
    if (backend == Backend::fentry) {
        if (std::string hazard = trampoline_hazard(); !hazard.empty()) return hazard;
    }
    for (const HookSpec& spec : hook_specs()) {
        const Trial& trial = trials.at(spec.program);
        if (wants(backend, spec) && spec.required && !trial.accepted) {
            return explain_refusal(spec, trial.error);
        }
    }
    if (backend == Backend::tracepoint && !trials.at("wg_send_length").accepted &&
        !trials.at("wg_sys_exit").accepted) {
        return explain_refusal(hook_spec("wg_sys_exit"), trials.at("wg_sys_exit").error);
    }
    return std::nullopt;
}

/// The hooks of `backend`. Of the two looks at writes the tracepoint back end takes the cheap one;
/// of the two iterators over late writes one fits.
std::vector<model::Hook> hooks_of(Backend backend, const Trials& trials, bool late_by_address,
                                  bool syscalls) {
    std::vector<model::Hook> hooks;
    for (const HookSpec& spec : hook_specs()) {
        if (!wants(backend, spec)) continue;
        if (spec.program == "wg_sys_exit" && trials.at("wg_send_length").accepted) continue;
        const bool of_calls = spec.program.starts_with("wg_call_");
        if (of_calls && !syscalls) continue;
        if (spec.program == (late_by_address ? "wg_iter_late" : "wg_iter_hash")) continue;
        // Gone since 6.5, where sendfile passes tcp_sendmsg_locked: nothing is lost.
        if (spec.program == "wg_sendpage" && trials.at(spec.program).error == ENOENT) continue;
        hooks.push_back(report(spec, trials.at(spec.program)));
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
            choice.late_by_address =
                !socket_storage_works(types) ||
                (backend == Backend::tracepoint && !trials.at("wg_send_length").accepted);
            choice.has_spin_lock = spin_lock_works(types);
            choice.retransmit_has_error = types.tracepoint_arguments("tcp_retransmit_skb") > 2;
            choice.accept_arguments = types.function_arguments("inet_csk_accept");
            choice.time_accepts = backend == Backend::fentry && trials.at("wg_accept").accepted;
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
