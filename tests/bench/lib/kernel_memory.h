// SPDX-License-Identifier: Apache-2.0
// Kernel memory of the kind that BPF maps take.
#pragma once

#include <filesystem>

namespace wiregap::bench {

/// Bytes of live objects in all kmalloc caches, and of per-CPU memory. Sockets, files and packet
/// heads have caches of their own and are not in it, which keeps the noise of a busy machine out.
/// Sources: /proc/slabinfo (needs root; the objects of a slab that a CPU holds count as live) and
/// Percpu of /proc/meminfo.
double kernel_memory_bytes(const std::filesystem::path& proc = "/proc");

}  // namespace wiregap::bench
