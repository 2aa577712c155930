// SPDX-License-Identifier: Apache-2.0
// The one table of kernel programs: which hook each takes, for which back end and when, what it
// gives, what stands in for it, what is not known without it. To add a hook, add a row here and its
// program under bpf/; nothing else knows a program by its name.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "daemon/model/snapshot.h"

namespace wiregap::kernel {

/// In rising order of what is known. poll asks sock_diag and needs no program at all.
enum class Backend : std::uint8_t { poll, tracepoint, fentry };
std::string_view to_string(Backend backend) noexcept;

enum class Mechanism : std::uint8_t { tp_btf, fentry, fexit, iter };
std::string_view to_string(Mechanism mechanism) noexcept;

/// Which back ends want a program.
enum class In : std::uint8_t { fentry, tracepoint, both };

/// When a program is wanted.
enum class When : std::uint8_t {
    always,
    required,         ///< without it, or what stands in for it, the back end is not that back end
    where_it_exists,  ///< a kernel without the hook passes another one instead: nothing is lost
    reason_given,     ///< the kernel's tracepoint says why; before that it cannot be told
    calls_watched,    ///< the config says `syscalls: true`
    state_in_socket,  ///< state of late writes is kept in the socket (bpf_sk_storage)
    state_in_hash,    ///< or in a hash by the socket's address
};

struct HookSpec {
    std::string_view program;  ///< name in bpf/
    std::string_view hook;     ///< tracepoint, kernel function or iterator target
    Mechanism mechanism;
    In in;
    When when;
    std::string_view loses;
    /// Known if every wanted program that gives it is there.
    std::array<bool model::Known::*, 2> gives{};
    std::string_view stands_in_for{};  ///< the program that makes this one needless
};

/// All of them, in the order in which they are reported.
std::span<const HookSpec> hook_specs() noexcept;

/// What these hooks give, of what any hook gives.
model::Known given_by(const std::vector<model::Hook>& hooks);

/// The same, and what every back end with programs knows.
model::Known known_with(const std::vector<model::Hook>& hooks);

/// Whether a program is attached to it so.
bool has_hook(const std::vector<model::Hook>& hooks, std::string_view hook, Mechanism mechanism);

/// Whether this program is attached.
bool has_program(const std::vector<model::Hook>& hooks, std::string_view program);

/// Whether one that is wanted then is attached.
bool has_hook(const std::vector<model::Hook>& hooks, When when);

/// Row of a program; throws std::out_of_range for a name that is not in the table.
const HookSpec& hook_spec(std::string_view program);

}  // namespace wiregap::kernel
