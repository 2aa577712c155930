// SPDX-License-Identifier: Apache-2.0
// Commands: one row each, in the table of its theme (commands_*.cpp).
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "daemon/resp/commands/session.h"
#include "daemon/resp/keyspace/keyspace.h"
#include "daemon/resp/protocol/parser.h"
#include "daemon/resp/protocol/reply.h"

namespace wiregap::resp {

class Engine;

/// Bits of Command::flags.
enum : unsigned {
    flag_write = 1,
    flag_readonly = 2,
    flag_denyoom = 4,  ///< refused while the keyspace is full
    flag_fast = 8,
    flag_admin = 16,  ///< for privileged clients only
    flag_pubsub = 32,
    flag_no_auth = 64,      ///< works before AUTH
    flag_subscribed = 128,  ///< works for a RESP2 client that has subscriptions
    flag_slow = 256,        ///< what it takes does not show in its bytes
};

/// One call of a command.
struct Call {
    Engine& engine;
    Session& session;
    Arguments args;  ///< args[0] is the command's name
    Reply reply;
    Keyspace& keys;

    [[nodiscard]] bool asks(std::size_t index, std::string_view word) const;
    void syntax_error() { reply.error("ERR syntax error"); }
    void not_integer() { reply.error("ERR value is not an integer or out of range"); }
    void invalid_expiry();
    /// "ERR wrong number of arguments for 'client|setname' command"
    void wrong_arity(std::string_view full_name);
    /// The key's text, empty if there is none.
    [[nodiscard]] std::string_view text(std::string_view key);
    /// False, and the error is said, if this client may not change the server.
    bool may_change();
};

struct Command {
    std::string_view name;  ///< in small letters
    int arity;              ///< with the name; -n: n or more
    unsigned flags;
    int first_key;  ///< 0: none
    int last_key;   ///< negative: counted from the end
    int key_step;
    void (*run)(Call&);
    std::string_view summary;
};

/// The commands of one theme, and its name as COMMAND DOCS has it.
struct CommandGroup {
    std::string_view name;
    std::span<const Command> commands;
};
CommandGroup connection_commands();
CommandGroup client_commands();
CommandGroup key_commands();
CommandGroup string_commands();
CommandGroup pubsub_commands();
CommandGroup server_commands();
CommandGroup wiregap_commands();
std::span<const CommandGroup> command_groups();

/// Null if there is none. Any case.
const Command* find_command(std::string_view name) noexcept;

/// Commands that are a family: CLIENT ID, CLIENT LIST, ..
struct Subcommand {
    std::string_view name;  ///< in small letters
    int least;              ///< arguments, with both names
    int most;               ///< -1: any number
    void (*run)(Call&);
    std::string_view help;  ///< one line
};
/// Runs the one that args[1] names, answers HELP, or says what is wrong.
void run_subcommand(Call& call, std::string_view family, std::span<const Subcommand> table);

}  // namespace wiregap::resp
