// SPDX-License-Identifier: Apache-2.0
// From config.yaml to values, and what two configurations differ in.
#pragma once

#include <stdexcept>
#include <string>
#include <vector>

#include "daemon/config/config.h"

namespace wiregap::config {

/// A configuration that can't be used. what() is one line, `FILE:LINE:COLUMN: message; what to do`,
/// line and column from 1. Where the file itself can't be read the place is 1:1.
class ConfigError : public std::runtime_error {
  public:
    using std::runtime_error::runtime_error;
};

/// What becomes of passwords that are systemd's credentials: read, or, where this process is not
/// the service and has none, left out.
enum class Credentials : bool { required, if_there };

/// Reads a file of at most 1 MiB, and the passwords in the files that it names (secrets.h). A key
/// that is absent has its default, so an empty file is right. Throws ConfigError.
Config load(const std::string& path, Credentials credentials = Credentials::required);

/// As load, from text, and without passwords that are in files; `name` stands in the error for the
/// file.
Config parse(const std::string& text, const std::string& name);

/// Keys marked [restart] whose value differs, in the order of config.yaml: "web.listen", ..
std::vector<std::string> restart_keys_changed(const Config& before, const Config& after);

/// All others: what a reload changes at once.
void take_live_keys(Config& running, const Config& fresh);

}  // namespace wiregap::config
