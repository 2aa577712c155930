// SPDX-License-Identifier: Apache-2.0
// A client as CLIENT LIST and CLIENT INFO show it.
#pragma once

#include <string>

namespace wiregap::resp {

class Engine;
struct Session;

/// The fields of Redis 7.0 in its order (networking.c, catClientInfoString), and the line's end.
/// obl, oll and omem count what is not written yet.
void add_client_line(std::string& text, const Engine& engine, const Session& session);

}  // namespace wiregap::resp
