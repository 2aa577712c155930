// SPDX-License-Identifier: Apache-2.0
#include "daemon/cli/doctor/findings.h"

#include <algorithm>

#include "daemon/model/units.h"

namespace wiregap::cli {
namespace {

constexpr const char* every_program = "every BPF program: only sums read from sockets remain";
constexpr const char* get_them =
    "for doctor: sudo wiregap doctor; for the daemon: AmbientCapabilities=CAP_BPF CAP_PERFMON in "
    "its unit, or sudo setcap cap_bpf,cap_perfmon+ep $(command -v wiregapd)";

bool has(const HostFacts& facts, const std::string& capability) {
    const auto found = facts.capabilities.find(capability);
    return found != facts.capabilities.end() && found->second;
}

// CAP_SYS_ADMIN stands in for both since they were split from it in 5.8 (bpf_capable(),
// perfmon_capable() in include/linux/capability.h).
bool has_or_admin(const HostFacts& facts, const std::string& capability) {
    return has(facts, capability) || has(facts, "CAP_SYS_ADMIN");
}

Finding judge_kernel(const HostFacts& facts) {
    if (facts.kernel_release.empty()) return {"kernel", "unknown", Status::ok, "", ""};
    if (!kernel_before(facts.kernel_release, 5, 10)) {
        return {"kernel", facts.kernel_release, Status::ok, "", ""};
    }
    return {"kernel", facts.kernel_release, Status::limit,
            "whatever hooks are refused below: nothing before 5.10 is tested",
            "run Linux 5.10 or newer"};
}

Finding judge_btf(const HostFacts& facts) {
    switch (facts.btf) {
        case Readable::yes:
            return {"BTF", "/sys/kernel/btf/vmlinux is readable", Status::ok, "", ""};
        case Readable::no:
            return {"BTF", "/sys/kernel/btf/vmlinux can't be read", Status::missing, every_program,
                    "chmod a+r /sys/kernel/btf/vmlinux, or look whether a container masks /sys"};
        case Readable::absent:
            break;
    }
    return {"BTF", "no /sys/kernel/btf/vmlinux", Status::missing, every_program,
            "boot a kernel built with CONFIG_DEBUG_INFO_BTF=y (Debian's linux-image-amd64 is); "
            "in a container mount /sys"};
}

Finding judge_lockdown(const HostFacts& facts) {
    if (!facts.lockdown)
        return {"lockdown", "not in this kernel, or securityfs is not mounted", Status::ok, "", ""};
    if (*facts.lockdown != "confidentiality") {
        return {"lockdown", *facts.lockdown, Status::ok, "", ""};
    }
    return {"lockdown", *facts.lockdown, Status::limit,
            "programs that read kernel memory with bpf_probe_read_kernel: the kernel refuses them",
            "boot with lockdown=integrity instead of lockdown=confidentiality on the kernel "
            "command line"};
}

Finding judge_unprivileged(const HostFacts& facts) {
    if (!facts.unprivileged_bpf_disabled) {
        return {"unprivileged_bpf_disabled", "unknown", Status::ok, "", ""};
    }
    // Never a loss: what wiregap loads needs CAP_BPF at any setting.
    return {"unprivileged_bpf_disabled", std::to_string(*facts.unprivileged_bpf_disabled),
            Status::ok, "", ""};
}

Finding judge_jit(const HostFacts& facts) {
    if (!facts.bpf_jit_enable) {
        return {"bpf_jit_enable", "unknown (only root may read it)", Status::ok, "", ""};
    }
    if (*facts.bpf_jit_enable != 0) {
        return {"bpf_jit_enable", std::to_string(*facts.bpf_jit_enable), Status::ok, "", ""};
    }
    return {"bpf_jit_enable", "0", Status::limit,
            "fentry and fexit hooks, and speed: the others run in the interpreter",
            "sysctl -w net.core.bpf_jit_enable=1"};
}

Finding judge_user_namespace(const HostFacts& facts) {
    if (facts.initial_user_namespace) return {"user namespace", "initial", Status::ok, "", ""};
    return {"user namespace", "not the initial one", Status::missing, every_program,
            "run it on the host: capabilities of another user namespace do not count for BPF"};
}

Finding judge_capability(const HostFacts& facts, const std::string& name) {
    if (has(facts, name)) return {name, "effective", Status::ok, "", ""};
    if (has_or_admin(facts, name)) return {name, "by CAP_SYS_ADMIN", Status::ok, "", ""};
    return {name, "not effective in this process", Status::missing, every_program, get_them};
}

/// Only lifts the limit on locked memory, see judge_memlock().
Finding judge_resource(const HostFacts& facts) {
    const char* value = has(facts, "CAP_SYS_RESOURCE") ? "effective"
                        : kernel_before(facts.kernel_release, 5, 11)
                            ? "not effective"
                            : "not effective (needed before 5.11 only)";
    return {"CAP_SYS_RESOURCE", value, Status::ok, "", ""};
}

/// Before 5.11 maps are charged to RLIMIT_MEMLOCK, afterwards to the memory cgroup.
Finding judge_memlock(const HostFacts& facts) {
    const std::string value = facts.memlock_bytes
                                  ? model::human_bytes(static_cast<double>(*facts.memlock_bytes))
                                  : "unlimited";
    const bool charged = kernel_before(facts.kernel_release, 5, 11);
    if (!charged || !facts.memlock_bytes || has(facts, "CAP_SYS_RESOURCE")) {
        return {"RLIMIT_MEMLOCK", value + (charged ? "" : " (not charged since 5.11)"), Status::ok,
                "", ""};
    }
    return {"RLIMIT_MEMLOCK", value, Status::limit,
            "large maps: this kernel charges them to the limit, and CAP_SYS_RESOURCE is not there "
            "to raise it",
            "LimitMEMLOCK=infinity in the daemon's unit, or ulimit -l unlimited"};
}

bool costs(const model::Hook& hook) { return !hook.attached && !hook.loses.empty(); }

}  // namespace

std::string_view to_string(Status status) noexcept {
    switch (status) {
        case Status::ok:
            return "ok";
        case Status::limit:
            return "limit";
        case Status::missing:
            break;
    }
    return "missing";
}

std::vector<Finding> judge(const HostFacts& facts) {
    return {judge_kernel(facts),
            judge_btf(facts),
            judge_lockdown(facts),
            judge_unprivileged(facts),
            judge_jit(facts),
            judge_user_namespace(facts),
            judge_capability(facts, "CAP_BPF"),
            judge_capability(facts, "CAP_PERFMON"),
            judge_resource(facts),
            judge_memlock(facts)};
}

bool may_load_programs(const HostFacts& facts) {
    return facts.initial_user_namespace && has_or_admin(facts, "CAP_BPF") &&
           has_or_admin(facts, "CAP_PERFMON");
}

bool hooks_cost_features(const kernel::ProbeReport& probe) {
    return !probe.error.empty() || probe.chosen_backend == "poll" ||
           std::any_of(probe.hooks.begin(), probe.hooks.end(), costs);
}

bool costs_features(const Diagnosis& diagnosis) {
    const bool hooks_cost = hooks_cost_features(diagnosis.probe);
    // What the daemon has got counts, not what this process would get.
    if (diagnosis.source == HookSource::running_daemon) return hooks_cost;
    return hooks_cost ||
           std::any_of(diagnosis.findings.begin(), diagnosis.findings.end(),
                       [](const Finding& finding) { return finding.status == Status::missing; });
}

}  // namespace wiregap::cli
