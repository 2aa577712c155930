// SPDX-License-Identifier: Apache-2.0
// From one YAML value to one C++ value, with the checks. All throw Problem; `name` is the key's
// full name for the message.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "daemon/config/config.h"
#include "daemon/config/problem.h"

namespace wiregap::config {

/// The value's text; a list, a map or nothing at all is a Problem that says what was `wanted`.
std::string scalar(const YAML::Node& value, const std::string& name, const std::string& wanted);

std::uint32_t read_whole(const YAML::Node& value, const std::string& name, std::uint32_t lowest,
                         std::uint32_t highest);
double read_real(const YAML::Node& value, const std::string& name, double lowest, double highest);

/// Position of the value among the allowed words.
std::size_t read_choice(const YAML::Node& value, const std::string& name,
                        const std::vector<std::string>& words);

/// Any text of one line, which may be empty: "".
std::string read_line(const YAML::Node& value, const std::string& name);

/// A list of port numbers, 1 to 65535; may be empty.
std::vector<std::uint16_t> read_ports(const YAML::Node& value, const std::string& name);

/// The path of a file; "" for none.
std::string read_path(const YAML::Node& value, const std::string& name);

/// text: "ADDRESS:PORT" or "[IPv6]:PORT", numeric; bad(why) makes the Problem.
std::pair<std::string, std::uint16_t> address_and_port(
    const std::string& text, const std::function<Problem(const std::string& why)>& bad);

/// "ADDRESS:PORT" or "[IPv6]:PORT", numeric; the address comes without brackets.
std::pair<std::string, std::uint16_t> read_listen(const YAML::Node& value, const std::string& name);

}  // namespace wiregap::config
