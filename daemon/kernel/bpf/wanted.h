// SPDX-License-Identifier: Apache-2.0
// Which of the programs a back end takes, by what the kernel accepts of them. Pure.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/kernel/bpf/hook_probe.h"

namespace wiregap::kernel {

/// Of every program of the table.
using HookProbes = std::map<std::string_view, HookProbe>;

/// Why `backend` can't be had; nothing if it can.
std::optional<std::string> missing_program(Backend backend, const HookProbes& probes);

/// A program of `backend` stands in for a missing one; it has no trusted pointer to keep state in
/// the socket with.
bool has_stand_in(Backend backend, const HookProbes& probes);

/// What `backend` wants, in the table's order, attached if it was accepted.
std::vector<model::Hook> hooks_of(Backend backend, const HookProbes& probes, bool late_by_address,
                                  bool syscalls);

/// A program as it was tried.
model::Hook report(const HookSpec& spec, const HookProbe& probe);

}  // namespace wiregap::kernel
