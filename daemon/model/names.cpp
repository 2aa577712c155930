// SPDX-License-Identifier: Apache-2.0
// The words: one per thing, the same in metrics, JSON and tables.
#include <arpa/inet.h>

#include <algorithm>

#include "daemon/model/connection.h"
#include "daemon/model/service.h"
#include "daemon/model/verdict.h"

namespace wiregap::model {

std::string_view to_string(Role role) noexcept {
    return role == Role::server ? "server" : "client";
}

std::string_view to_string(CloseCause cause) noexcept {
    static constexpr std::array<std::string_view, close_causes> names{"fin", "reset_by_peer",
                                                                      "reset_by_us", "timeout"};
    return names.at(static_cast<std::size_t>(cause));
}

std::string_view to_string(HostDrop by) noexcept {
    static constexpr std::array<std::string_view, host_drops> names{"queue", "filter", "route",
                                                                    "neighbour", "other"};
    return names.at(static_cast<std::size_t>(by));
}

std::string_view to_string(ListenerDrop cause) noexcept {
    static constexpr std::array<std::string_view, listener_drops> names{"syn_queue_full", "reset",
                                                                        "other"};
    return names.at(static_cast<std::size_t>(cause));
}

std::string_view to_string(Shortfall kind) noexcept {
    static constexpr std::array<std::string_view, shortfalls> names{"partial", "would_block",
                                                                    "error"};
    return names.at(static_cast<std::size_t>(kind));
}

std::string_view to_string(WriteCall call) noexcept {
    static constexpr std::array<std::string_view, write_call_kinds> names{
        "write", "writev", "sendto", "sendmsg", "sendmmsg", "sendfile", "splice"};
    return names.at(static_cast<std::size_t>(call));
}

std::string_view to_string(Reason reason) noexcept {
    static constexpr std::array<std::string_view, reasons> names{
        "pacing", "cwnd", "rwnd", "nagle", "cork", "autocork", "tsq", "tso_defer", "unknown"};
    return names.at(static_cast<std::size_t>(reason));
}

std::string_view to_string(Locus locus) noexcept {
    static constexpr std::array<std::string_view, 5> names{"peer", "network", "host", "app",
                                                           "none"};
    return names.at(static_cast<std::size_t>(locus));
}

std::string_view to_string(Basis basis) noexcept {
    static constexpr std::array<std::string_view, 3> names{"held_time", "chrono", "state"};
    return names.at(static_cast<std::size_t>(basis));
}

std::string_view tcp_state_name(unsigned state) noexcept {
    static constexpr std::array<std::string_view, tcp_states> names{
        "unknown", "established", "syn_sent", "syn_recv", "fin_wait1", "fin_wait2",   "time_wait",
        "close",   "close_wait",  "last_ack", "listen",   "closing",   "new_syn_recv"};
    return state < names.size() ? names[state] : names[0];
}

std::string to_string(const Endpoint& endpoint) {
    static constexpr std::array<std::uint8_t, 12> mapped{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
    const bool is_mapped =
        endpoint.ipv6 && std::equal(mapped.begin(), mapped.end(), endpoint.address.begin());
    const bool as_ipv6 = endpoint.ipv6 && !is_mapped;
    std::array<char, INET6_ADDRSTRLEN> text{};
    inet_ntop(as_ipv6 ? AF_INET6 : AF_INET, endpoint.address.data() + (is_mapped ? 12 : 0),
              text.data(), text.size());
    const std::string port = std::to_string(endpoint.port);
    return as_ipv6 ? "[" + std::string(text.data()) + "]:" + port
                   : std::string(text.data()) + ":" + port;
}

}  // namespace wiregap::model
