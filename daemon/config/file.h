// SPDX-License-Identifier: Apache-2.0
// What every configuration file has in common: it is read whole, and its faults have a place.
#pragma once

#include <string>

#include "daemon/config/load.h"

namespace YAML {
struct Mark;
}

namespace wiregap::config {

/// `NAME:LINE:COLUMN: text`; yaml-cpp counts from 0 and has -1 for "nowhere", people from 1.
ConfigError error_at(const std::string& name, const YAML::Mark& mark, const std::string& text);
/// The same for a file that could not be read at all.
ConfigError error_in(const std::string& name, const std::string& text);

struct FileAdvice {
    std::string unreadable;  ///< what to do if it can't be read
    std::string wanted;      ///< what is expected instead of something large
};

/// A file of at most 1 MiB. Throws ConfigError.
std::string read_file(const std::string& path, const FileAdvice& advice);

}  // namespace wiregap::config
