// SPDX-License-Identifier: Apache-2.0
#include "daemon/kernel/hooks.h"

#include <algorithm>
#include <array>
#include <stdexcept>
#include <string>

namespace wiregap::kernel {
namespace {

constexpr bool yes = true;
constexpr bool no = false;

// program, hook, mechanism, fentry / tracepoint, required, what is lost
constexpr std::array<HookSpec, 20> table{{
    {"wg_sendmsg", "tcp_sendmsg_locked", Mechanism::fexit, yes, no, yes,
     "every count and delay of writes"},
    {"wg_sendpage", "do_tcp_sendpages", Mechanism::fexit, yes, no, no,
     "bytes of sendfile and splice (the function exists up to Linux 6.4; later ones pass "
     "tcp_sendmsg)"},
    {"wg_transmit_skb", "__tcp_transmit_skb", Mechanism::fentry, yes, no, yes,
     "how long late writes waited"},
    {"wg_send_length", "sock_send_length", Mechanism::tp_btf, no, yes, no,
     "a cheap look at writes (Linux 6.5 and later); the end of every system call is used instead"},
    {"wg_sys_exit", "sys_exit", Mechanism::tp_btf, no, yes, no,
     "every count and delay of writes, where sock_send_length does not exist"},
    {"wg_dev_queue", "net_dev_queue", Mechanism::tp_btf, no, yes, yes,
     "how long late writes waited"},
    {"wg_set_state", "inet_sock_set_state", Mechanism::tp_btf, yes, yes, yes,
     "connections opened and closed, undelivered bytes"},
    {"wg_destroy_sock", "tcp_destroy_sock", Mechanism::tp_btf, yes, yes, yes,
     "whose a socket is that was reset and is still written to"},
    {"wg_retransmit", "tcp_retransmit_skb", Mechanism::tp_btf, yes, yes, no, "retransmitted bytes"},
    {"wg_ack", "tcp_probe", Mechanism::tp_btf, yes, yes, no,
     "transmit_to_ack_seconds, and cwnd or rwnd as the reason of what an ACK lets go"},
    {"wg_dequeue", "qdisc_dequeue", Mechanism::tp_btf, yes, yes, no, "egress_wait_seconds"},
    {"wg_wait_begin", "sk_stream_wait_memory", Mechanism::fentry, yes, no, no,
     "write_blocked_seconds"},
    {"wg_wait_end", "sk_stream_wait_memory", Mechanism::fexit, yes, no, no,
     "write_blocked_seconds"},
    {"wg_accept", "inet_csk_accept", Mechanism::fexit, yes, no, no, "accept_wait_seconds"},
    {"wg_call_enter", "sys_enter", Mechanism::tp_btf, yes, yes, no, "write_call_seconds"},
    {"wg_call_exit", "sys_exit", Mechanism::tp_btf, yes, yes, no, "write_call_seconds"},
    {"wg_iter_files", "task_file", Mechanism::iter, yes, yes, yes,
     "other network namespaces; owners come from /proc instead, as far as it may be read"},
    {"wg_iter_tcp", "tcp", Mechanism::iter, yes, yes, yes,
     "gauges from the sockets themselves; sock_diag, which is slower, is asked instead"},
    {"wg_iter_late", "bpf_sk_storage_map", Mechanism::iter, yes, yes, no,
     "waiting bytes in other network namespaces, except through the slower walk over files"},
    {"wg_iter_hash", "bpf_map_elem", Mechanism::iter, yes, yes, no,
     "waiting bytes in other network namespaces, except through the slower walk over files"},
}};

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

const HookSpec& hook_spec(std::string_view program) {
    const auto* found = std::find_if(table.begin(), table.end(),
                                     [&](const HookSpec& spec) { return spec.program == program; });
    if (found == table.end()) throw std::out_of_range("no such program: " + std::string(program));
    return *found;
}

}  // namespace wiregap::kernel
