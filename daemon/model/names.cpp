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

Endpoint unmapped(const Endpoint& endpoint) noexcept {
    static constexpr std::array<std::uint8_t, 12> mapped{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
    if (!endpoint.ipv6 || !std::equal(mapped.begin(), mapped.end(), endpoint.address.begin()))
        return endpoint;
    Endpoint plain{.port = endpoint.port};
    std::copy_n(endpoint.address.begin() + mapped.size(), 4, plain.address.begin());
    return plain;
}

bool is_loopback(const Endpoint& endpoint) noexcept {
    static constexpr std::array<std::uint8_t, 16> ipv6_loopback{0, 0, 0, 0, 0, 0, 0, 0,
                                                                0, 0, 0, 0, 0, 0, 0, 1};
    const Endpoint plain = unmapped(endpoint);
    return plain.ipv6 ? plain.address == ipv6_loopback : plain.address.front() == IN_LOOPBACKNET;
}

std::string to_string(const Endpoint& endpoint) {
    const Endpoint plain = unmapped(endpoint);
    char text[INET6_ADDRSTRLEN] = {};
    inet_ntop(plain.ipv6 ? AF_INET6 : AF_INET, plain.address.data(), text, sizeof text);
    const std::string port = ":" + std::to_string(plain.port);
    return plain.ipv6 ? "[" + std::string(text) + "]" + port : text + port;
}

}  // namespace wiregap::model
