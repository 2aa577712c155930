// SPDX-License-Identifier: Apache-2.0
// The one table of kernel programs: which hook each takes, for which back end, and what is not
// known without it. To add a hook, add a row here and its program under bpf/.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace wiregap::kernel {

/// In rising order of what is known. poll asks sock_diag and needs no program at all.
enum class Backend : std::uint8_t { poll, tracepoint, fentry };
std::string_view to_string(Backend backend) noexcept;

enum class Mechanism : std::uint8_t { tp_btf, fentry, fexit, iter };
std::string_view to_string(Mechanism mechanism) noexcept;

struct HookSpec {
    std::string_view program;  ///< name in bpf/
    std::string_view hook;     ///< tracepoint, kernel function or iterator target
    Mechanism mechanism;
    bool in_fentry;      ///< the fentry back end wants it
    bool in_tracepoint;  ///< the tracepoint back end wants it
    bool required;       ///< without it the back end is not that back end
    std::string_view loses;
};

/// All of them, in the order in which they are reported.
std::span<const HookSpec> hook_specs() noexcept;

/// Row of a program; throws std::out_of_range for a name that is not in the table.
const HookSpec& hook_spec(std::string_view program);

}  // namespace wiregap::kernel
