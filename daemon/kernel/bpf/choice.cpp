// SPDX-License-Identifier: Apache-2.0
// Which back end: by trying every hook, best first.
#include <cerrno>
#include <cstdint>
#include <optional>
#include <string_view>

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

/// include/net/dropreason-core.h
std::uint8_t drop_of(std::string_view name) {
    constexpr std::string_view prefix = "SKB_DROP_REASON_";
    if (!name.starts_with(prefix)) return WG_DROPS;  // SKB_CONSUMED and the like are no drops
    name.remove_prefix(prefix.size());
    if (name == "NOT_SPECIFIED") return WG_DROPS;
    if (name.starts_with("QDISC_")) return WG_DROP_QUEUE;
    if (name.starts_with("NEIGH_")) return WG_DROP_NEIGHBOUR;
    if (name == "IP_OUTNOROUTES") return WG_DROP_ROUTE;
    for (const char* filter : {"NETFILTER_DROP", "BPF_CGROUP_EGRESS", "TC_EGRESS", "XFRM_POLICY"})
        if (name == filter) return WG_DROP_FILTER;
    return WG_DROP_OTHER;
}

DropReasons drop_reasons(const KernelTypes& types) {
    DropReasons reasons;
    reasons.by_reason.fill(WG_DROPS);
    for (const auto& [name, value] : types.enumerators("skb_drop_reason"))
        if (value < reasons.by_reason.size()) reasons.by_reason.at(value) = drop_of(name);
    const auto subsystems = types.enumerators("skb_drop_reason_subsys");
    const auto qdisc = subsystems.find("SKB_DROP_REASON_SUBSYS_QDISC");
    if (qdisc != subsystems.end()) reasons.qdisc_subsystem = qdisc->second;
    return reasons;
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
        if (types.tracepoint_arguments("kfree_skb") <= 2)
            probes["wg_drop"] = {.accepted = false, .error = EOPNOTSUPP};
        for (const Backend backend : candidates(wanted)) {
            if (const auto why = obstacle(backend, probes)) {
                if (choice.reason.empty()) choice.reason = *why;
                continue;
            }
            choice.backend = backend;
            choice.late_by_address = !socket_storage_works(types) || has_stand_in(backend, probes);
            choice.has_spin_lock = spin_lock_works(types);
            choice.drops = drop_reasons(types);
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
