// SPDX-License-Identifier: Apache-2.0
// The embedded RESP server as the configuration wants it.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "daemon/config/config.h"
#include "daemon/loop/event_loop.h"
#include "daemon/resp/server/server.h"

namespace wiregap::app {

/// Starts it, or returns null: it is off, or `auto` and can't listen, which is warned of. Throws
/// resp::ListenError where the configuration insists.
std::unique_ptr<resp::Server> make_resp_server(const config::Resp& config, loop::EventLoop& loop,
                                               const std::function<void(const std::string&)>& warn);

}  // namespace wiregap::app
