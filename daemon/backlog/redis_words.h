// SPDX-License-Identifier: Apache-2.0
// What is said to a Redis or Valkey server, and the way to it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "daemon/config/config.h"
#include "daemon/util/fd.h"

namespace wiregap::backlog {

/// The source's name in metrics: "redis 127.0.0.1:6379" or "redis /run/redis/redis.sock", without
/// user and password.
std::string name_of(const config::RedisServer& server);

/// A non-blocking connect that is under way; invalid, and `why` says so, if it could not begin.
util::Fd begin_connect(const config::RedisServer& server, std::string& why);

/// What is asked of it, by which its answer is known again.
enum class Ask : std::uint8_t { password, name, no_evict, all, some, stats, replication, limits };

struct Command {
    Ask ask = Ask::all;
    std::string text;
};

/// AUTH if there is a password, a name, and NO-EVICT: the monitor must not be cut off to save
/// memory.
std::vector<Command> greeting(const config::RedisServer& server);

/// CLIENT LIST, or CLIENT LIST ID of these.
Command client_list(const std::vector<std::uint64_t>& ids = {});

/// INFO stats, INFO replication, or CONFIG GET client-output-buffer-limit.
Command command_of(Ask ask);

}  // namespace wiregap::backlog
