// SPDX-License-Identifier: Apache-2.0
// What CONFIG GET and CONFIG SET know. SET never goes beyond what the daemon was started with.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace wiregap::resp {

class Engine;

struct Parameter {
    std::string_view name;
    std::string (*get)(const Engine&);
    /// An error text, empty if it is set now. Null: it can't be changed while the daemon runs.
    std::string (*set)(Engine&, std::string_view value);
};

std::span<const Parameter> parameters();

/// An error text with its code, empty if it is set now.
std::string set_parameter(Engine& engine, std::string_view name, std::string_view value);

}  // namespace wiregap::resp
