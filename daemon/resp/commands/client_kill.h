// SPDX-License-Identifier: Apache-2.0
// CLIENT KILL, and the kinds of clients that it and LIST can ask for.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "daemon/resp/commands/command.h"

namespace wiregap::resp {

/// Replicas and their masters: words that are known, and nobody is one here.
enum class ClientType : std::uint8_t { normal, pubsub, replication };
std::optional<ClientType> client_type(std::string_view word) noexcept;
std::string unknown_type(std::string_view word);
bool is_of(const Session& session, ClientType type) noexcept;

void client_kill(Call& call);

}  // namespace wiregap::resp
