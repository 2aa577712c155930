// SPDX-License-Identifier: Apache-2.0
// Which TCP states are counted in metrics and JSON.
#pragma once

#include <array>

namespace wiregap::exporters {

/// Kernel numbers of the states in which a socket is a connection that can hold bytes. Listeners,
/// closed sockets and the small TIME_WAIT and NEW_SYN_RECV sockets are not.
inline constexpr std::array<unsigned, 8> connection_states{1, 2, 3, 4, 5, 8, 9, 11};

}  // namespace wiregap::exporters
