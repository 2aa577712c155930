// SPDX-License-Identifier: Apache-2.0
// The log: lines on standard error, with the level that systemd's journal understands.
#pragma once

#include <string>

#include "daemon/config/config.h"

namespace wiregap::app::log {

/// Call once, before anything is logged. Under systemd lines begin with "<N>" (sd-daemon(3)), else
/// with the level's name.
void start(config::LogLevel level);
void set_level(config::LogLevel level);

void info(const std::string& line);
void warning(const std::string& line);
void error(const std::string& line);

}  // namespace wiregap::app::log
