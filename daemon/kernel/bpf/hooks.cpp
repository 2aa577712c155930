// SPDX-License-Identifier: Apache-2.0
#include "daemon/kernel/bpf/hooks.h"

#include <algorithm>
#include <array>
#include <stdexcept>
#include <string>

namespace wiregap::kernel {
namespace {

using enum Mechanism;
using model::Known;

constexpr const char* elsewhere =
    "waiting bytes in other network namespaces, except through the slower walk over files";

// clang-format off
constexpr std::array<HookSpec, 23> table{{
    {"wg_sendmsg", "tcp_sendmsg_locked", fexit, In::fentry, When::required,
     "every count and delay of writes"},
    {"wg_sendpage", "do_tcp_sendpages", fexit, In::fentry, When::where_it_exists,
     "bytes of sendfile and splice (the function exists up to Linux 6.4; later ones pass tcp_sendmsg)"},
    {"wg_transmit_skb", "__tcp_transmit_skb", fentry, In::fentry, When::required,
     "how long late writes waited"},
    {"wg_send_length", "sock_send_length", tp_btf, In::tracepoint, When::required,
     "a cheap look at writes (Linux 6.5 and later); the end of every system call is used instead"},
    {"wg_sys_exit", "sys_exit", tp_btf, In::tracepoint, When::required,
     "every count and delay of writes, where sock_send_length does not exist", {}, "wg_send_length"},
    {"wg_dev_queue", "net_dev_queue", tp_btf, In::tracepoint, When::required,
     "how long late writes waited"},
    {"wg_set_state", "inet_sock_set_state", tp_btf, In::both, When::required,
     "connections opened and closed, undelivered bytes"},
    {"wg_destroy_sock", "tcp_destroy_sock", tp_btf, In::both, When::required,
     "whose a socket is that was reset and is still written to"},
    {"wg_retransmit", "tcp_retransmit_skb", tp_btf, In::both, When::always,
     "retransmitted bytes", {&Known::retransmits}},
    {"wg_drop", "kfree_skb", tp_btf, In::both, When::reason_given,
     "segments that this host drops itself: they pass for losses of the network", {&Known::host_drops}},
    {"wg_send_reset", "tcp_send_reset", tp_btf, In::both, When::always,
     "that this side reset a connection it had closed: it passes for the peer's reset"},
    {"wg_ack", "tcp_probe", tp_btf, In::both, When::always,
     "transmit_to_ack_seconds, egress_wait_seconds, and cwnd or rwnd as the reason of what an ACK lets go", {&Known::acks, &Known::egress}},
    {"wg_dequeue", "qdisc_dequeue", tp_btf, In::both, When::always,
     "egress_wait_seconds", {&Known::egress}},
    {"wg_wait_begin", "sk_stream_wait_memory", fentry, In::fentry, When::always,
     "write_blocked_seconds", {&Known::blocked}},
    {"wg_wait_end", "sk_stream_wait_memory", fexit, In::fentry, When::always,
     "write_blocked_seconds", {&Known::blocked}},
    {"wg_accept", "inet_csk_accept", fexit, In::fentry, When::always,
     "accept_wait_seconds", {&Known::accept_wait}},
    {"wg_call_enter", "sys_enter", tp_btf, In::both, When::calls_watched,
     "write_call_seconds", {&Known::write_calls}},
    {"wg_call_exit", "sys_exit", tp_btf, In::both, When::calls_watched,
     "write_call_seconds", {&Known::write_calls}},
    {"wg_iter_files", "task_file", iter, In::both, When::required,
     "other network namespaces; owners come from /proc instead, as far as it may be read"},
    {"wg_iter_tcp", "tcp", iter, In::both, When::required,
     "gauges from the sockets themselves; sock_diag, which is slower, is asked instead"},
    {"wg_iter_resets", "bpf_map_elem", iter, In::both, When::always,
     "that this side reset a connection it had closed: it passes for the peer's reset"},
    {"wg_iter_late", "bpf_sk_storage_map", iter, In::both, When::state_in_socket, elsewhere},
    {"wg_iter_hash", "bpf_map_elem", iter, In::both, When::state_in_hash, elsewhere},
}};
// clang-format on

}  // namespace

std::string_view to_string(Backend backend) noexcept {
    constexpr std::array<std::string_view, 3> names{"poll", "tracepoint", "fentry"};
    return names.at(static_cast<std::size_t>(backend));
}

std::string_view to_string(Mechanism mechanism) noexcept {
    constexpr std::array<std::string_view, 4> names{"tp_btf", "fentry", "fexit", "iter"};
    return names.at(static_cast<std::size_t>(mechanism));
}

std::span<const HookSpec> hook_specs() noexcept { return table; }

model::Known given_by(const std::vector<model::Hook>& hooks) {
    model::Known given;
    model::Known lost;
    for (const model::Hook& hook : hooks) {
        for (bool Known::*const what : hook_spec(hook.program).gives) {
            if (what == nullptr) continue;
            if (hook.attached) {
                given.*what = true;
            } else {
                lost.*what = true;
            }
        }
    }
    for (const HookSpec& spec : table) {
        for (bool Known::*const what : spec.gives) {
            if (what != nullptr && lost.*what) given.*what = false;
        }
    }
    return given;
}

model::Known known_with(const std::vector<model::Hook>& hooks) {
    Known known = given_by(hooks);
    for (bool Known::*const what :
         {&Known::byte_counters, &Known::departures, &Known::would_block, &Known::partial,
          &Known::lifecycle, &Known::held, &Known::writable, &Known::accept_queue})
        known.*what = true;
    return known;
}

bool has_hook(const std::vector<model::Hook>& hooks, std::string_view hook, Mechanism mechanism) {
    return std::any_of(hooks.begin(), hooks.end(), [&](const model::Hook& one) {
        return one.attached && one.name == hook && one.mechanism == to_string(mechanism);
    });
}

bool has_program(const std::vector<model::Hook>& hooks, std::string_view program) {
    return std::any_of(hooks.begin(), hooks.end(), [&](const model::Hook& hook) {
        return hook.attached && hook.program == program;
    });
}

bool has_hook(const std::vector<model::Hook>& hooks, When when) {
    return std::any_of(hooks.begin(), hooks.end(), [&](const model::Hook& hook) {
        return hook.attached && hook_spec(hook.program).when == when;
    });
}

const HookSpec& hook_spec(std::string_view program) {
    const auto* found = std::find_if(table.begin(), table.end(),
                                     [&](const HookSpec& spec) { return spec.program == program; });
    if (found == table.end()) throw std::out_of_range("no such program: " + std::string(program));
    return *found;
}

}  // namespace wiregap::kernel
