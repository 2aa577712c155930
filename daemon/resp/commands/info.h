// SPDX-License-Identifier: Apache-2.0
// INFO.
#pragma once

#include <string>

#include "daemon/resp/protocol/parser.h"

namespace wiregap::resp {

class Engine;

/// The sections that are named, each once; all if there are no names.
std::string info_text(const Engine& engine, Arguments sections);

}  // namespace wiregap::resp
