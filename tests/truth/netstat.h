// SPDX-License-Identifier: Apache-2.0
// The kernel's own counters of this network namespace: a truth that is nobody's guess.
#pragma once

#include <cstdint>
#include <string>

namespace wiregap::truth {

/// A counter of TcpExt in /proc/net/netstat, by its name; throws if there is none.
std::uint64_t netstat(const std::string& name);

}  // namespace wiregap::truth
