// SPDX-License-Identifier: Apache-2.0
// What `wiregap top` shows, out of two of the daemon's answers: the present one and the one before.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "daemon/cli/api_client.h"

namespace wiregap::cli {

/// The five places of one service. Absent: the back end does not know.
struct TopService {
    std::string name;
    std::uint16_t port = 0;
    std::string role;
    std::optional<double> backlog_bytes{};
    double notsent_bytes = 0;
    std::optional<double> egress_bytes{};  ///< a part of unacked
    double unacked_bytes = 0;
    std::optional<double> delivered_bytes_per_second{};  ///< absent at the first answer
    std::optional<double> undelivered_bytes{};
    std::string worst_verdict{};  ///< of its connections
    std::size_t held_connections = 0;
    [[nodiscard]] double held_bytes() const { return notsent_bytes + backlog_bytes.value_or(0); }
};

struct TopConnection {
    std::string verdict;
    std::string reason;
    std::string service;
    std::string local;
    std::string peer;
    double held_bytes = 0;
    double unacked_bytes = 0;
    double held_byte_seconds = 0;
    std::optional<double> oldest_seconds{};
    double verdict_seconds = 0;
};

struct TopData {
    std::string backend;
    double tick_seconds = 1;
    double taken_unix_seconds = 0;
    std::vector<TopService> services;
    std::vector<TopConnection> connections;  ///< worst first
};

/// Remembers what rates need.
class TopReader {
  public:
    /// The documents of /api/v1/services and /api/v1/connections. Throws Failure if they are not
    /// wiregapd's.
    TopData read(const Json& services, const Json& connections);

  private:
    using Key = std::tuple<std::string, std::uint16_t, std::string>;
    struct Before {
        double seconds = 0;
        double acked_bytes = 0;
        std::optional<double> rate;
    };
    std::optional<double> rate_of(const Json& service, const Key& key, double now_seconds);
    std::map<Key, Before> before_;
};

}  // namespace wiregap::cli
