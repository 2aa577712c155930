// SPDX-License-Identifier: Apache-2.0
#include "daemon/resp/commands/command_docs.h"

#include <vector>

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

struct Documented {
    const Command* command;  ///< null: there is none
    std::string_view group;
};

/// Those that args[2..] name; all if there are no names.
std::vector<Documented> wanted(const Call& call) {
    std::vector<Documented> all;
    for (const CommandGroup& group : command_groups()) {
        for (const Command& command : group.commands) all.push_back({&command, group.name});
    }
    if (call.args.size() <= 2) return all;
    std::vector<Documented> named;
    for (const std::string_view name : call.args.subspan(2)) {
        const Command* const command = find_command(name);
        Documented found{command, {}};
        for (const Documented& one : all) {
            if (one.command == command) found = one;
        }
        named.push_back(found);
    }
    return named;
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

void command_count(Call& call) {
    call.reply.integer(static_cast<std::int64_t>(wanted(call).size()));
}

void command_list(Call& call) {
    const auto commands = wanted(call);
    call.reply.array(commands.size());
    for (const Documented& one : commands) call.reply.bulk(one.command->name);
}

void command_info(Call& call) {
    const auto commands = wanted(call);
    call.reply.array(commands.size());
    for (const Documented& one : commands) {
        if (one.command == nullptr) {
            call.reply.null_array();
        } else {
            say_command(call, *one.command);
        }
    }
}

void command_docs(Call& call) {
    auto commands = wanted(call);
    std::erase_if(commands, [](const Documented& one) { return one.command == nullptr; });
    call.reply.map(commands.size());
    for (const Documented& one : commands) {
        call.reply.bulk(one.command->name);
        call.reply.map(2);
        call.reply.bulk("summary");
        call.reply.bulk(one.command->summary);
        call.reply.bulk("group");
        call.reply.bulk(one.group);
    }
}

}  // namespace wiregap::resp
