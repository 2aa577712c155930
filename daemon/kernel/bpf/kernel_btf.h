// SPDX-License-Identifier: Apache-2.0
// The running kernel's description of itself (BTF), as far as hooks are concerned.
#pragma once

#include <functional>
#include <map>
#include <string>

#include "daemon/kernel/bpf/hooks.h"

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
    /// Names and values of an enum; empty where the kernel has none of that name.
    [[nodiscard]] std::map<std::string, std::uint32_t> enumerators(const char* name) const;
    /// Arguments of a tracepoint; 0 if it does not exist.
    [[nodiscard]] unsigned tracepoint_arguments(const std::string& name) const;
    /// Arguments of a function of the hook table; 0 if it does not exist.
    [[nodiscard]] unsigned function_arguments(const std::string& name) const;

  private:
    btf* types_;
    std::map<std::string, unsigned, std::less<>> ids_;  // every name that the table asks for
};

}  // namespace wiregap::kernel
