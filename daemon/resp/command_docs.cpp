// SPDX-License-Identifier: Apache-2.0
#include "daemon/resp/command_docs.h"

#include <vector>

#include "daemon/resp/command.h"
#include "daemon/resp/session.h"

namespace wiregap::resp {
namespace {

struct FlagName {
    unsigned flag;
    std::string_view name;
};
constexpr FlagName flag_names[] = {{flag_write, "write"},     {flag_readonly, "readonly"},
                                   {flag_denyoom, "denyoom"}, {flag_admin, "admin"},
                                   {flag_pubsub, "pubsub"},   {flag_fast, "fast"},
                                   {flag_no_auth, "no_auth"}};

/// Those that args[2..] name, null for one that is not there; all if there are no names.
std::vector<const Command*> wanted(const Call& call) {
    std::vector<const Command*> commands;
    if (call.args.size() <= 2) {
        for (const auto table : command_tables()) {
            for (const Command& command : table) commands.push_back(&command);
        }
        return commands;
    }
    for (const std::string_view name : call.args.subspan(2)) commands.push_back(find_command(name));
    return commands;
}

void say_flags(Call& call, unsigned flags) {
    std::size_t count = 0;
    for (const FlagName& name : flag_names) count += (flags & name.flag) != 0 ? 1U : 0U;
    call.reply.set(count);
    for (const FlagName& name : flag_names) {
        if ((flags & name.flag) != 0) call.reply.status(name.name);
    }
}

void say_command(Call& call, const Command& command) {
    call.reply.array(10);
    call.reply.bulk(command.name);
    call.reply.integer(command.arity);
    say_flags(call, command.flags);
    call.reply.integer(command.first_key);
    call.reply.integer(command.last_key);
    call.reply.integer(command.key_step);
    call.reply.set(0);    // ACL categories
    call.reply.array(0);  // tips
    call.reply.array(0);  // key specifications
    call.reply.array(0);  // subcommands
}

}  // namespace

void command_count_reply(Call& call) {
    call.reply.integer(static_cast<std::int64_t>(command_count()));
}

void command_list(Call& call) {
    const auto commands = wanted(call);
    call.reply.array(commands.size());
    for (const Command* const command : commands) call.reply.bulk(command->name);
}

void command_info(Call& call) {
    const auto commands = wanted(call);
    call.reply.array(commands.size());
    for (const Command* const command : commands) {
        if (command == nullptr) {
            call.reply.null_array();
        } else {
            say_command(call, *command);
        }
    }
}

void command_docs(Call& call) {
    auto commands = wanted(call);
    std::erase(commands, nullptr);
    call.reply.map(commands.size());
    for (const Command* const command : commands) {
        call.reply.bulk(command->name);
        call.reply.map(2);
        call.reply.bulk("summary");
        call.reply.bulk(command->summary);
        call.reply.bulk("group");
        call.reply.bulk(command->group);
    }
}

}  // namespace wiregap::resp
