// SPDX-License-Identifier: Apache-2.0
#include "daemon/view/build.h"

namespace wiregap::view {

Build this_build() {
#ifdef __clang__
    const std::string compiler = "clang " + std::to_string(__clang_major__) + "." +
                                 std::to_string(__clang_minor__) + "." +
                                 std::to_string(__clang_patchlevel__);
#else
    const std::string compiler = "gcc " + std::to_string(__GNUC__) + "." +
                                 std::to_string(__GNUC_MINOR__) + "." +
                                 std::to_string(__GNUC_PATCHLEVEL__);
#endif
    return {WIREGAP_VERSION, compiler, ""};
}

}  // namespace wiregap::view
