// SPDX-License-Identifier: Apache-2.0
// What this binary is, for build_info and for --version.
#pragma once

#include <string>

namespace wiregap::view {

struct Build {
    std::string version;   ///< "0.1.0"
    std::string compiler;  ///< "gcc 12.2.0"
    std::string libbpf;    ///< "1.1", set by whoever links libbpf; empty: not linked
};

/// Version and compiler of this build; libbpf is left empty.
Build this_build();

}  // namespace wiregap::view
