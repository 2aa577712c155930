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

struct Greeting {
    std::string commands;
    unsigned answers = 0;
};
/// AUTH if there is a password, a name, and NO-EVICT: the monitor must not be cut off to save
/// memory.
Greeting greeting(const config::RedisServer& server);

/// CLIENT LIST, or CLIENT LIST ID of these.
std::string client_list(const std::vector<std::uint64_t>& ids = {});

}  // namespace wiregap::backlog
