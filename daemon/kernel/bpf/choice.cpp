// SPDX-License-Identifier: Apache-2.0
// Which back end: by trying every hook, best first.
#include <cerrno>
#include <optional>

#include "daemon/kernel/bpf/hook_probe.h"
#include "daemon/kernel/bpf/programs.h"
#include "daemon/kernel/bpf/wanted.h"
#include "daemon/kernel/host/environment.h"

namespace wiregap::kernel {
namespace {

std::optional<std::string> obstacle(Backend backend, const HookProbes& probes) {
    if (backend == Backend::fentry) {
        if (std::string hazard = trampoline_hazard(); !hazard.empty()) return hazard;
    }
    return missing_program(backend, probes);
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
        HookProbes probes;
        for (const HookSpec& spec : hook_specs()) probes[spec.program] = probe_hook(types, spec);
        choice.drop_has_reason = types.tracepoint_arguments("kfree_skb") > 2;
        if (!choice.drop_has_reason) probes["wg_drop"] = {.accepted = false, .error = EOPNOTSUPP};
        for (const Backend backend : candidates(wanted)) {
            if (const auto why = obstacle(backend, probes)) {
                if (choice.reason.empty()) choice.reason = *why;
                continue;
            }
            choice.backend = backend;
            choice.late_by_address = !socket_storage_works(types) || has_stand_in(backend, probes);
            choice.has_spin_lock = spin_lock_works(types);
            choice.retransmit_has_error = types.tracepoint_arguments("tcp_retransmit_skb") > 2;
            choice.accept_arguments = types.function_arguments("inet_csk_accept");
            choice.hooks = hooks_of(backend, probes, choice.late_by_address, syscalls);
            return choice;
        }
        for (const HookSpec& spec : hook_specs()) {
            choice.hooks.push_back(report(spec, probes.at(spec.program)));
            choice.hooks.back().attached = false;
        }
    } catch (const std::runtime_error& problem) {
        choice.reason = problem.what();
    }
    give_up(choice, wanted);
    return choice;
}

}  // namespace wiregap::kernel
