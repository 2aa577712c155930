// SPDX-License-Identifier: Apache-2.0
// "Can this hook be had?" is answered by loading a tiny program on it: a FUNC in BTF or a version
// number proves nothing (inlined functions, lockdown, missing capabilities).
#pragma once

#include <string>

#include "daemon/kernel/bpf/hooks.h"
#include "daemon/kernel/bpf/kernel_btf.h"

namespace wiregap::kernel {

struct HookProbe {
    bool accepted = false;
    int error = 0;  ///< errno of the load; ENOENT where the kernel has no such hook
};

/// Loads "probe-read and return" on the hook and forgets it at once.
HookProbe probe_hook(const KernelTypes& types, const HookSpec& spec);

/// Whether a tracing program may keep state in the socket (bpf_sk_storage_get; from about 5.11).
bool socket_storage_works(const KernelTypes& types);

/// Whether a tracing program may take a bpf_spin_lock (not on 5.10).
bool spin_lock_works(const KernelTypes& types);

/// What stands in the way, for a person: names the capability, lockdown mode or kernel option.
std::string explain_refusal(const HookSpec& spec, int error);

}  // namespace wiregap::kernel
