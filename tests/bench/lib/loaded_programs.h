// SPDX-License-Identifier: Apache-2.0
// The BPF programs that a process holds, as the kernel has them.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <map>
#include <string>

namespace wiregap::bench {

struct ProgramSize {
    std::uint32_t instructions = 0;  ///< after the verifier's rewriting (xlated), subprograms too
    std::uint32_t verified = 0;      ///< that the verifier walked; 0 before Linux 5.16
};

/// By program name. Found through the process's descriptors of programs and links, so other
/// owners' programs are not in it.
std::map<std::string, ProgramSize> loaded_programs(pid_t pid);

/// Programs of anybody that are attached to functions or tracepoints of the kernel.
unsigned attached_programs();

}  // namespace wiregap::bench
