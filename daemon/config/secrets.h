// SPDX-License-Identifier: Apache-2.0
// Files beside the configuration, and the passwords in them. A path that begins with
// ${CREDENTIALS_DIRECTORY}/ is a credential that systemd gives to the service (systemd.exec(5),
// LoadCredential=).
#pragma once

#include <string>
#include <vector>

#include "daemon/config/load.h"

namespace wiregap::config {

/// The path that the key `key` of the configuration file `name` means: a credential's, or a
/// relative one from that file's directory. Throws ConfigError where there are no credentials.
std::string located(const std::string& path, const std::string& key, const std::string& name);

/// True for a credential in a process that has none, or may not read them: not the service itself.
bool is_out_of_reach(const std::string& path);

/// Puts the passwords that are in files into the configuration, which was read from the file
/// `name`. Throws ConfigError.
void read_secrets(Config& config, const std::string& name, Credentials credentials);

/// Password files that everybody may read, one line each that says so.
std::vector<std::string> open_secrets(const Config& config, const std::string& name);

/// Keys whose files are out of reach here.
std::vector<std::string> unread_keys(const Config& config);

}  // namespace wiregap::config
