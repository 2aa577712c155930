// SPDX-License-Identifier: Apache-2.0
#include "daemon/app/resp_service.h"

#include <sys/resource.h>

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <system_error>

namespace wiregap::app {
namespace {

resp::Limits limits_of(const config::Resp& config) {
    resp::Limits limits;
    limits.max_clients = config.max_clients;
    limits.idle_seconds = config.idle_timeout_seconds;
    limits.memory_bytes = config.memory_bytes;
    limits.query_buffer_bytes = config.query_buffer_bytes;
    limits.output_hard_bytes = config.output_hard_bytes;
    limits.output_soft_bytes = config.output_soft_bytes;
    limits.output_soft_seconds = config.output_soft_seconds;
    limits.pause_reading_bytes = config.pause_reading_bytes;
    limits.keyspace_bytes = config.keyspace_bytes;
    limits.follow_one_reply_in = config.follow_one_reply_in;
    return limits;
}

bool is_loopback(const std::string& address) {
    return address.starts_with("127.") || address == "::1";
}

bool has_directory(const std::string& path) {
    std::error_code error;
    return std::filesystem::is_directory(std::filesystem::path(path).parent_path(), error);
}

/// Each client is a descriptor; the soft limit (mostly 1024) is raised as far as is allowed.
void allow_descriptors(std::uint32_t clients) {
    constexpr rlim_t others = 256;
    rlimit limit{};
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= clients + others) return;
    limit.rlim_cur = std::min<rlim_t>(limit.rlim_max, clients + others);
    // Refused or not enough: accept() says so when it comes to that, and it is counted.
    setrlimit(RLIMIT_NOFILE, &limit);
}

resp::Options options_of(const config::Resp& config) {
    if (!is_loopback(config.listen_address) && config.requirepass.empty()) {
        throw resp::ListenError("resp.listen " + config.listen_address +
                                " can be reached by other hosts and resp.requirepass is empty; set "
                                "a password, or listen on 127.0.0.1");
    }
    resp::Options options;
    options.address = config.listen_address;
    options.port = config.listen_port;
    if (!config.unix_socket.empty() && has_directory(config.unix_socket)) {
        options.unix_socket = config.unix_socket;
    }
    options.password = config.requirepass;
    options.limits = limits_of(config);
    return options;
}

}  // namespace

std::unique_ptr<resp::Server> make_resp_server(
    const config::Resp& config, loop::EventLoop& loop,
    const std::function<void(const std::string&)>& warn) {
    if (config.enabled == config::RespMode::off) return nullptr;
    try {
        const resp::Options options = options_of(config);
        allow_descriptors(config.max_clients);
        auto server = std::make_unique<resp::Server>(loop, options);
        if (!is_loopback(config.listen_address)) {
            warn("the RESP password comes in clear on " + config.listen_address +
                 ": listen on 127.0.0.1, or let a TLS tunnel end there");
        }
        return server;
    } catch (const resp::ListenError& refused) {
        if (config.enabled == config::RespMode::on) throw;
        warn("no RESP server: " + std::string(refused.what()) + ", or resp.enabled: off");
        return nullptr;
    }
}

}  // namespace wiregap::app
