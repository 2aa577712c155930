// SPDX-License-Identifier: Apache-2.0
// DEBUG: what an application does wrong, on purpose. To see wiregap see it.
#include "daemon/resp/engine.h"
#include "daemon/resp/numbers.h"
#include "daemon/resp/subcommand.h"

namespace wiregap::resp {
namespace {

/// The client is not written to, as by a server whose event loop is late: its replies stay in the
/// backlog, and the limits of that go on.
void hold_replies(Call& call) {
    const auto number = to_integer(call.args[2]);
    const auto on = call.on_or_off(3);
    if (!number || *number <= 0 || !on) {
        call.syntax_error();
        return;
    }
    const auto found = call.engine.sessions().find(static_cast<std::uint64_t>(*number));
    if (found == call.engine.sessions().end()) {
        call.reply.error("ERR No such client ID");
        return;
    }
    found->second->holds_replies = *on;
    if (!*on) call.engine.produced(*found->second);
    call.reply.ok();
}

constexpr Subcommand table[] = {
    {"hold-replies", 4, 4, hold_replies,
     "HOLD-REPLIES client-id ON|OFF: leaves its replies unwritten, as a late application does."},
};

void debug(Call& call) { run_subcommand(call, "debug", table); }

// clang-format off
constexpr Command commands[] = {
    {"debug", -2, flag_admin, 0, 0, 0, debug, "server", "Faults on purpose."},
};
// clang-format on

}  // namespace

std::span<const Command> debug_commands() { return commands; }

}  // namespace wiregap::resp
