// SPDX-License-Identifier: Apache-2.0
// INFO.
#pragma once

#include <string>
#include <string_view>

namespace wiregap::resp {

class Engine;

/// One section ("clients"), or all of them for "default", "all", "everything". Fields have the
/// names that Redis gives them; what this server does not have is not there.
std::string info_text(const Engine& engine, std::string_view section);

}  // namespace wiregap::resp
