// SPDX-License-Identifier: Apache-2.0
// What the benchmark's children share.
#pragma once

#include <sys/types.h>

namespace wiregap::bench {

/// In a child: the benchmark pins itself to one CPU, its children run where they like; and they
/// must not outlive it.
void run_anywhere();

/// VmRSS. Throws if there is no such process.
double resident_bytes_of(pid_t pid);

}  // namespace wiregap::bench
