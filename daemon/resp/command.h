// SPDX-License-Identifier: Apache-2.0
// Commands: one row each, in the table of its theme (commands_*.cpp).
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "daemon/resp/keyspace.h"
#include "daemon/resp/parser.h"
#include "daemon/resp/reply.h"

namespace wiregap::resp {

class Engine;
struct Session;

/// Bits of Command::flags.
enum : unsigned {
    flag_write = 1,
    flag_readonly = 2,
    flag_denyoom = 4,  ///< refused while the keyspace is full
    flag_fast = 8,
    flag_admin = 16,
    flag_pubsub = 32,
    flag_no_auth = 64,      ///< works before AUTH
    flag_subscribed = 128,  ///< works for a RESP2 client that has subscriptions
};

/// One call of a command.
struct Call {
    Engine& engine;
    Session& session;
    Arguments args;  ///< args[0] is the command's name
    Reply reply;
    Keyspace& keys;

    [[nodiscard]] bool asks(std::size_t index, std::string_view word) const;
    /// ON or OFF, in any case; nothing if it is neither.
    [[nodiscard]] std::optional<bool> on_or_off(std::size_t index) const;
    void syntax_error() { reply.error("ERR syntax error"); }
    void not_integer() { reply.error("ERR value is not an integer or out of range"); }
    void not_float() { reply.error("ERR value is not a valid float"); }
    void wrong_type() {
        reply.error("WRONGTYPE Operation against a key holding the wrong kind of value");
    }
    /// "ERR wrong number of arguments for 'client|setname' command"
    void wrong_arity(std::string_view full_name);
    /// False, and the error is said, if a reply of so many elements is too long for one turn.
    bool fits(std::size_t elements);
};

struct Command {
    std::string_view name;  ///< in small letters
    int arity;              ///< with the name; -n: n or more
    unsigned flags;
    int first_key;  ///< 0: none
    int last_key;   ///< negative: counted from the end
    int key_step;
    void (*run)(Call&);
    std::string_view group;
    std::string_view summary;
};

std::span<const Command> connection_commands();
std::span<const Command> client_commands();
std::span<const Command> key_commands();
std::span<const Command> string_commands();
std::span<const Command> number_commands();
std::span<const Command> substring_commands();
std::span<const Command> list_commands();
std::span<const Command> hash_commands();
std::span<const Command> set_commands();
std::span<const Command> sorted_set_commands();
std::span<const Command> pubsub_commands();
std::span<const Command> server_commands();
std::span<const Command> wiregap_commands();
std::span<const Command> debug_commands();

/// All tables.
std::span<const std::span<const Command>> command_tables();
/// Null if there is none. Any case.
const Command* find_command(std::string_view name) noexcept;
std::size_t command_count() noexcept;

}  // namespace wiregap::resp
