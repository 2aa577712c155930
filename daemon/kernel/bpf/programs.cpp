// SPDX-License-Identifier: Apache-2.0
#include "daemon/kernel/bpf/programs.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include <algorithm>
#include <bit>
#include <cerrno>
#include <cstdarg>
#include <cstdio>
#include <cstring>

#include "daemon/kernel/bpf/hook_probe.h"
#include "daemon/kernel/host/environment.h"
#include "wiregap.skel.h"

namespace wiregap::kernel {
namespace {

/// The program that libbpf's last complaint named: its API says only that "the object" failed.
std::string refused_program;  // NOLINT: set by a C callback that takes no context

/// log.level debug: everything that libbpf and the verifier complain about, as it is.
bool print_complaints = false;  // NOLINT: as above

int keep_complaint(libbpf_print_level level, const char* format, va_list arguments) noexcept {
    if (level == LIBBPF_DEBUG) return 0;
    if (print_complaints) {
        va_list again;
        va_copy(again, arguments);
        std::vfprintf(stderr, format, again);
        va_end(again);
    }
    std::array<char, 512> line{};
    std::vsnprintf(line.data(), line.size(), format, arguments);
    const std::string_view text(line.data());
    constexpr std::string_view begin = "prog '";
    const auto at = text.find(begin);
    if (at == std::string_view::npos || text.find("load failed") == std::string_view::npos)
        return 0;
    const auto name = text.substr(at + begin.size());
    refused_program = name.substr(0, name.find('\''));
    return 0;
}

/// Lines of five places each. At most four of them are taken on average when the table is full.
std::uint32_t home_lines(const config::Limits& limits) {
    return std::bit_ceil(std::max(256U, limits.max_client_connections / 4));
}

/// What finds its line full: 10.3 % of a full table on average (Poisson's distribution). The rest
/// is for a small table, whose share varies more.
std::uint32_t homes_beside(const config::Limits& limits) {
    return limits.max_client_connections / 8 + 256;
}

template <class AnyChoice>  // const or not
auto* find_hook(AnyChoice& choice, const std::string& program) {
    const auto found =
        std::find_if(choice.hooks.begin(), choice.hooks.end(),
                     [&](const model::Hook& hook) { return hook.program == program; });
    return found == choice.hooks.end() ? nullptr : &*found;
}

/// Marks a hook as refused, or throws if the back end is nothing without it.
void refuse(Choice& choice, const std::string& program, int error) {
    const HookSpec& spec = hook_spec(program);
    const std::string why = explain_refusal(spec, error);
    if (spec.when == When::required) {
        throw BackendRefused("backend " + std::string(to_string(choice.backend)) + ": " + why);
    }
    if (model::Hook* hook = find_hook(choice, program)) {
        hook->attached = false;
        hook->reason = why;
    }
}

void set_constants(wiregap_bpf& skeleton, const Choice& choice, const config::Config& config) {
    auto& constants = *skeleton.rodata;
    constants.most_listed_unread = config.limits.max_connections / 4;
    constants.late_by_address = choice.late_by_address;
    constants.has_spin_lock = choice.has_spin_lock;
    constants.retransmit_has_error = choice.retransmit_has_error;
    std::copy(choice.drops.by_reason.begin(), choice.drops.by_reason.end(),
              std::begin(constants.drops_by_reason));
    constants.qdisc_drop_subsystem = choice.drops.qdisc_subsystem;
    constants.tells_resets =
        has_program(choice.hooks, "wg_send_reset") && has_program(choice.hooks, "wg_iter_resets");
    constants.sees_sleepers = has_hook(choice.hooks, "sk_stream_wait_memory", Mechanism::fentry);
    constants.time_accepts = given_by(choice.hooks).accept_wait;
    constants.accept_arguments = choice.accept_arguments;
    constants.own_netns_only = config.observe.own_network_namespace_only;
    constants.filter_ports = !config.observe.ports.empty() || !config.observe.exclude_ports.empty();
    constants.uid_limit = std::max(1U, config.limits.max_services / 2);
    constants.home_mask = home_lines(config.limits) - 1;
}

void set_observed_ports(wiregap_bpf& skeleton, const config::Observe& observe) {
    auto& observed = skeleton.bss->observed_port;
    std::fill(std::begin(observed), std::end(observed), observe.ports.empty() ? 1 : 0);
    for (const auto port : observe.ports) observed[port] = 1;
    for (const auto port : observe.exclude_ports) observed[port] = 0;
}

/// Threads that are inside a write call at one time; an entry takes 80 bytes.
constexpr std::uint32_t threads_in_calls = 16384;

void set_sizes(wiregap_bpf& skeleton, const Choice& choice, const config::Config& config) {
    const config::Limits& limits = config.limits;
    const std::uint32_t ids = limits.max_services + 1;  // id 0 is "other"
    auto& maps = skeleton.maps;
    bpf_map__set_max_entries(maps.services, ids);
    bpf_map__set_max_entries(maps.free_services, limits.max_services);
    bpf_map__set_max_entries(maps.free_servers, std::max(1U, server_share(limits)));
    bpf_map__set_max_entries(maps.descriptions, ids);
    bpf_map__set_max_entries(maps.counters, ids);
    bpf_map__set_max_entries(maps.delays, ids * WG_DELAYS);
    bpf_map__set_max_entries(maps.gauges, ids);
    bpf_map__set_max_entries(maps.listed, limits.max_connections);
    bpf_map__set_max_entries(maps.homes, home_lines(limits));
    bpf_map__set_max_entries(maps.homes_more, homes_beside(limits));
    if (config.syscalls) {
        bpf_map__set_max_entries(maps.call_delays, ids * WG_CALLS);
        bpf_map__set_max_entries(maps.calls_begun, threads_in_calls);
    }
    if (choice.late_by_address) {
        bpf_map__set_max_entries(maps.late_hash, limits.max_late_sockets);
    }
}

void set_autoload(wiregap_bpf& skeleton, Choice& choice) {
    bpf_program* program = nullptr;
    bpf_object__for_each_program(program, skeleton.obj) {
        const model::Hook* hook = find_hook(choice, bpf_program__name(program));
        bpf_program__set_autoload(program, hook != nullptr && hook->attached);
    }
}

void offer_service_ids(const wiregap_bpf& skeleton, const config::Limits& limits) {
    for (std::uint32_t id = 1; id <= limits.max_services; ++id) {
        const bpf_map* const queue =
            id <= server_share(limits) ? skeleton.maps.free_servers : skeleton.maps.free_services;
        bpf_map_update_elem(bpf_map__fd(queue), nullptr, &id, BPF_ANY);
    }
}

}  // namespace

std::uint32_t server_share(const config::Limits& limits) { return limits.max_services / 4; }

Programs::Programs(Choice& choice, const config::Config& config) {
    lift_memlock_limit();
    print_complaints = config.log_level == config::LogLevel::debug;
    libbpf_set_print(keep_complaint);
    // A refusal that the probe could not foresee (the verifier's view of the whole program) takes
    // out that program alone; then the rest is loaded anew.
    for (;;) {
        refused_program.clear();
        open(choice, config);
        set_autoload(*skeleton_, choice);
        const int error = -wiregap_bpf__load(skeleton_);
        if (error == 0) break;
        wiregap_bpf__destroy(skeleton_);
        skeleton_ = nullptr;
        if (refused_program.empty()) {
            throw BackendRefused(std::string("loading the kernel programs failed: ") +
                                 std::strerror(error) +
                                 (error == EPERM || error == ENOMEM
                                      ? "; raise LimitMEMLOCK= or lower the limits in the config"
                                      : ""));
        }
        refuse(choice, std::string(refused_program), error);
    }
    set_observed_ports(*skeleton_, config.observe);
    offer_service_ids(*skeleton_, config.limits);
}

void Programs::open(const Choice& choice, const config::Config& config) {
    skeleton_ = wiregap_bpf__open();
    if (skeleton_ == nullptr) {
        throw BackendRefused(std::string("opening the kernel programs failed: ") +
                             std::strerror(errno));
    }
    set_constants(*skeleton_, choice, config);
    set_sizes(*skeleton_, choice, config);
}

void Programs::attach_hooks(Choice& choice) {
    bpf_program* program = nullptr;
    bpf_object__for_each_program(program, skeleton_->obj) {
        const std::string name = bpf_program__name(program);
        if (!bpf_program__autoload(program) || hook_spec(name).mechanism == Mechanism::iter)
            continue;
        bpf_link* link = bpf_program__attach(program);
        if (link == nullptr) {
            refuse(choice, name, errno);
        } else {
            links_.push_back(link);
        }
    }
}

Programs::~Programs() {
    for (bpf_link* link : links_) bpf_link__destroy(link);
    if (skeleton_ != nullptr) wiregap_bpf__destroy(skeleton_);
}

}  // namespace wiregap::kernel
