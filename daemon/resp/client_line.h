// SPDX-License-Identifier: Apache-2.0
// A client as CLIENT LIST and CLIENT INFO show it.
#pragma once

#include <string>

namespace wiregap::resp {

class Engine;
struct Session;

/// The fields of Valkey 8.0 in its order, without the line's end. obl, oll and omem count what is
/// not written yet; tot-net-out what write() accepted.
std::string client_line(const Engine& engine, const Session& session);

}  // namespace wiregap::resp
