// SPDX-License-Identifier: Apache-2.0
// The configuration as values. config.yaml at the top of the repository is its reference: a test
// holds the defaults here against that file.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "daemon/model/thresholds.h"

namespace wiregap::config {

enum class BackendChoice : std::uint8_t { automatic, fentry, tracepoint, poll };
/// What a container is called: its Kubernetes workload, else its node name, else the beginning of
/// its id; its node name (a pod's full name), else its id; its id.
enum class ContainerNames : std::uint8_t { workload, node, id };
enum class LogLevel : std::uint8_t { debug, info, warning, error };

struct Limits {
    std::uint32_t max_services = 256;
    std::uint32_t max_connections = 16384;
    std::uint32_t max_client_connections = 65536;
    std::uint32_t max_late_sockets = 131072;
    double sweep_cpu_ratio = 0.005;
    bool operator==(const Limits&) const = default;
};

struct Observe {
    std::vector<std::uint16_t> ports;
    std::vector<std::uint16_t> exclude_ports;
    bool own_network_namespace_only = false;
    bool operator==(const Observe&) const = default;
};

struct Web {
    std::string listen_address = "0.0.0.0";  ///< IPv6 without brackets
    std::uint16_t listen_port = 19473;       ///< 0: any free port (for tests)
    std::uint32_t max_connections = 64;
    double request_timeout_seconds = 10;
    std::string config_file;  ///< TLS and users, see web_config.h; empty: plain HTTP for all
    bool operator==(const Web&) const = default;
};

enum class RespMode : std::uint8_t { automatic, on, off };

/// The embedded RESP server; its meaning is that of daemon/resp/commands/limits.h.
struct Resp {
    RespMode enabled = RespMode::automatic;
    std::string listen_address = "127.0.0.1";               ///< IPv6 without brackets
    std::uint16_t listen_port = 16379;                      ///< 0: any free port (for tests)
    std::string unix_socket = "/run/wiregap/wiregap.sock";  ///< empty: none
    std::string requirepass;       ///< also what requirepass_file says, once it is read
    std::string requirepass_file;  ///< empty: none
    std::uint32_t max_clients = 1024;
    std::uint32_t idle_timeout_seconds = 0;
    std::uint32_t memory_bytes = 67108864;
    std::uint32_t query_buffer_bytes = 1048576;
    std::uint32_t output_hard_bytes = 16777216;
    std::uint32_t output_soft_bytes = 8388608;
    std::uint32_t output_soft_seconds = 60;
    std::uint32_t pause_reading_bytes = 1048576;
    std::uint32_t keyspace_bytes = 33554432;
    std::uint32_t follow_one_reply_in = 64;
    bool operator==(const Resp&) const = default;
};

/// A Redis or Valkey server of this host.
struct RedisServer {
    std::string address;  ///< numeric, IPv6 without brackets
    std::uint16_t port = 0;
    std::string user;             ///< empty: "default"
    std::string password;         ///< empty: none; also what password_file says, once it is read
    std::string password_file{};  ///< empty: none
    std::string unix_socket{};    ///< instead of address and port; empty: TCP
    bool operator==(const RedisServer&) const = default;
};

/// Who else knows reply backlogs, besides the embedded server.
struct Backlog {
    std::vector<RedisServer> redis_servers;
    std::uint32_t redis_list_seconds = 15;
    bool operator==(const Backlog&) const = default;
};

struct Config {
    double tick_seconds = 1.0;
    BackendChoice backend = BackendChoice::automatic;
    std::uint32_t owners_seconds = 30;
    bool syscalls = false;
    Limits limits;
    Observe observe;
    ContainerNames container_names = ContainerNames::workload;
    model::Thresholds verdicts{};
    std::uint32_t buckets_per_octave = 2;
    Web web;
    Resp resp{};
    Backlog backlog{};
    LogLevel log_level = LogLevel::info;
    bool operator==(const Config&) const = default;
};

}  // namespace wiregap::config
