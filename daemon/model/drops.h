// SPDX-License-Identifier: Apache-2.0
// What this host drops itself: segments on their way out, and attempts to connect.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace wiregap::model {

/// Where this host dropped a segment that it was to send.
enum class HostDrop : std::uint8_t { queue, filter, route, neighbour, other };
inline constexpr std::size_t host_drops = 5;
std::string_view to_string(HostDrop by) noexcept;

/// Why a listener dropped a segment though its accept queue had room.
enum class ListenerDrop : std::uint8_t { syn_queue_full, reset, other };
inline constexpr std::size_t listener_drops = 3;
std::string_view to_string(ListenerDrop cause) noexcept;

}  // namespace wiregap::model
