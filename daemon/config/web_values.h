// SPDX-License-Identifier: Apache-2.0
// From one YAML value of the web configuration to one C++ value, with the checks. All throw
// Problem; `name` is the key's name for the message.
#pragma once

#include <string>
#include <vector>

#include "daemon/config/web_config.h"

namespace YAML {
class Node;
}

namespace wiregap::config {

std::string read_text(const YAML::Node& value, const std::string& name);
std::vector<std::string> read_texts(const YAML::Node& value, const std::string& name);
bool read_flag(const YAML::Node& value, const std::string& name);
ClientAuth read_client_auth(const YAML::Node& value, const std::string& name);
TlsVersion read_version(const YAML::Node& value, const std::string& name);

/// Go's names of curves as OpenSSL's: CurveP256 -> P-256.
std::vector<std::string> read_curves(const YAML::Node& value, const std::string& name);

/// The value of an HTTP header: printable ASCII.
std::string read_header(const YAML::Node& value, const std::string& name);

/// A user's name, which can't have a colon (RFC 7617).
std::string read_user_name(const YAML::Node& key);

/// A bcrypt hash of cost 4 to 14: each step doubles the time, 14 takes about a second.
std::string read_bcrypt(const YAML::Node& value, const std::string& user);

}  // namespace wiregap::config
