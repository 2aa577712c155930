// SPDX-License-Identifier: Apache-2.0
// Why bytes stand in the send queue and not on the wire. Mutually exclusive at any moment, decided
// in the order of the kernel's own tests (net/ipv4/tcp_output.c, tcp_write_xmit).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace wiregap::model {

enum class Reason : std::uint8_t {
    pacing,     ///< the pacing timer holds the next segment
    cwnd,       ///< the congestion window is full
    rwnd,       ///< the peer's window is full
    nagle,      ///< a small last segment waits for an ACK
    cork,       ///< TCP_CORK or MSG_MORE
    autocork,   ///< a small segment waits for one in the host's queue
    tsq,        ///< TCP small queues: enough lies in the qdisc or driver
    tso_defer,  ///< waits for more, to fill a large segment
    unknown,    ///< none of them: the error bar
};
inline constexpr std::size_t reasons = 9;
std::string_view to_string(Reason reason) noexcept;

/// Held time by reason of one connection, in units of 256 ns. Wraps after 18 minutes: only the
/// difference of two readings (std::uint32_t arithmetic) means something.
using HeldUnits = std::array<std::uint32_t, reasons>;
inline constexpr double held_unit_seconds = 256e-9;

}  // namespace wiregap::model
