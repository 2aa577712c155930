// SPDX-License-Identifier: Apache-2.0
// "Can this hook be had?" is answered by loading a tiny program on it: a FUNC in BTF or a version
// number proves nothing (inlined functions, lockdown, missing capabilities).
#pragma once

#include <map>
#include <memory>
#include <string>

#include "daemon/kernel/hooks.h"

struct btf;

namespace wiregap::kernel {

/// The running kernel's types, opened once.
class KernelTypes {
  public:
    /// Throws std::runtime_error, one line with what to do, if the kernel has no readable BTF.
    KernelTypes();
    ~KernelTypes();
    KernelTypes(const KernelTypes&) = delete;
    KernelTypes& operator=(const KernelTypes&) = delete;

    /// BTF id to attach to, 0 if this kernel has no such function, tracepoint or iterator.
    [[nodiscard]] unsigned attach_id(const HookSpec& spec) const;
    /// Arguments of a tracepoint; 0 if it does not exist.
    [[nodiscard]] unsigned tracepoint_arguments(const std::string& name) const;
    /// Arguments of a function of the hook table; 0 if it does not exist.
    [[nodiscard]] unsigned function_arguments(const std::string& name) const;

  private:
    btf* types_;
    std::map<std::string, unsigned> ids_;  // every name that the table asks for
};

struct Trial {
    bool accepted = false;
    int error = 0;  ///< errno of the load; ENOENT where the kernel has no such hook
};

/// Loads "probe-read and return" on the hook and forgets it at once.
Trial try_hook(const KernelTypes& types, const HookSpec& spec);

/// Whether a tracing program may keep state in the socket (bpf_sk_storage_get; from about 5.11).
bool socket_storage_works(const KernelTypes& types);

/// Whether a tracing program may take a bpf_spin_lock (not on 5.10).
bool spin_lock_works(const KernelTypes& types);

/// What stands in the way, for a person: names the capability, lockdown mode or kernel option.
std::string explain_refusal(const HookSpec& spec, int error);

}  // namespace wiregap::kernel
