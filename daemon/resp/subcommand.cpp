// SPDX-License-Identifier: Apache-2.0
#include "daemon/resp/subcommand.h"

#include <string>

#include "daemon/resp/numbers.h"
#include "daemon/resp/session.h"

namespace wiregap::resp {
namespace {

std::string capitals(std::string_view text) {
    std::string result(text);
    for (char& c : result) {
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    }
    return result;
}

void help(Call& call, std::string_view family, std::span<const Subcommand> table) {
    call.reply.array(table.size() + 1);
    call.reply.status(capitals(family) + " <subcommand> [<arg> ..]. Subcommands are:");
    for (const Subcommand& subcommand : table) call.reply.status(subcommand.help);
}

}  // namespace

void run_subcommand(Call& call, std::string_view family, std::span<const Subcommand> table) {
    const std::string name = lower(call.args[1]);
    if (name == "help" && call.args.size() == 2) {
        help(call, family, table);
        return;
    }
    for (const Subcommand& subcommand : table) {
        if (subcommand.name != name) continue;
        call.session.last_sub = subcommand.name;
        const auto given = static_cast<int>(call.args.size());
        if (given < subcommand.least || (subcommand.most >= 0 && given > subcommand.most)) {
            call.wrong_arity(std::string(family) + "|" + name);
        } else {
            subcommand.run(call);
        }
        return;
    }
    call.reply.error("ERR unknown subcommand '" + std::string(call.args[1].substr(0, 128)) +
                     "'. Try " + capitals(family) + " HELP.");
}

}  // namespace wiregap::resp
