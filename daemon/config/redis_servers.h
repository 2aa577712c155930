// SPDX-License-Identifier: Apache-2.0
// The entries of backlog.redis_servers.
#pragma once

#include <string>
#include <vector>

#include "daemon/config/config.h"

namespace YAML {
class Node;
}

namespace wiregap::config {

/// A list, at most 16, of "redis://[user:password@]ADDRESS:PORT", "unix://[user:password@]/PATH",
/// or {url: .., password_file: ..}; user, password and path are percent-decoded. May be empty. No
/// message repeats a password. Throws Problem; `name` is the key's.
std::vector<RedisServer> read_redis_servers(const YAML::Node& value, const std::string& name);

}  // namespace wiregap::config
