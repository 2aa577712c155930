// SPDX-License-Identifier: Apache-2.0
// Every key of config.yaml: one line in the table of keys.cpp each.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "daemon/config/config.h"

namespace YAML {
class Node;
}

namespace wiregap::config {

struct Key {
    std::string name;  ///< with its section: "limits.max_services"
    bool restart;      ///< read at start only
    /// Checks the value and puts it into the configuration. Throws Problem (problem.h).
    std::function<void(const YAML::Node&, Config&)> read;
    std::function<bool(const Config&, const Config&)> same;
    /// From the second into the first.
    std::function<void(Config&, Config)> copy;
};

/// The table, in the order of config.yaml.
const std::vector<Key>& keys();

/// The key by its full name; null if there is none.
const Key* find_key(const std::string& name);

/// True if keys live under it: "limits".
bool is_section(const std::string& name);

/// What to do about an unknown key: names the key that was probably meant.
std::string advice_for_unknown_key(const std::string& name);

}  // namespace wiregap::config
