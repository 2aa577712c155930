// SPDX-License-Identifier: Apache-2.0
// INFO, CONFIG, COMMAND.
#include <string>
#include <vector>

#include "daemon/resp/commands/command.h"
#include "daemon/resp/commands/command_docs.h"
#include "daemon/resp/commands/engine.h"
#include "daemon/resp/commands/info.h"
#include "daemon/resp/commands/parameters.h"
#include "daemon/resp/protocol/glob.h"
#include "daemon/resp/protocol/numbers.h"

namespace wiregap::resp {
namespace {

void info(Call& call) { call.reply.text(info_text(call.engine, call.args.subspan(1))); }

void config_get(Call& call) {
    std::vector<std::string> patterns;
    for (const std::string_view pattern : call.args.subspan(2)) {
        if (pattern.size() > max_pattern_bytes) {
            call.reply.error("ERR a pattern has at most 64 bytes here");
            return;
        }
        patterns.push_back(lower(pattern));
    }
    std::vector<const Parameter*> found;
    for (const Parameter& parameter : parameters()) {
        for (const std::string& pattern : patterns) {
            if (!glob_matches(pattern, parameter.name)) continue;
            found.push_back(&parameter);
            break;
        }
    }
    call.reply.map(found.size());
    for (const Parameter* const parameter : found) {
        call.reply.bulk(parameter->name);
        call.reply.bulk(parameter->get(call.engine));
    }
}

void config_set(Call& call) {
    if (call.args.size() % 2 != 0) {
        call.wrong_arity("config|set");
        return;
    }
    if (!call.may_change()) return;
    const Limits before = call.engine.limits;
    const std::size_t keyspace_before = call.keys.limit_bytes();
    for (std::size_t i = 2; i < call.args.size(); i += 2) {
        const std::string problem = set_parameter(call.engine, call.args[i], call.args[i + 1]);
        if (problem.empty()) continue;
        call.engine.limits = before;  // all or nothing
        call.keys.set_limit_bytes(keyspace_before);
        call.reply.error(problem);
        return;
    }
    call.reply.ok();
}

constexpr int most_words = 34;
constexpr Subcommand config_table[] = {
    {"get", 3, most_words, config_get, "GET pattern ..: parameters and their values."},
    {"set", 4, most_words, config_set, "SET parameter value ..: changes until the daemon ends."},
};
void config(Call& call) { run_subcommand(call, "config", config_table); }

constexpr Subcommand command_table[] = {
    {"count", 2, 2, command_count, "COUNT: how many commands there are."},
    {"docs", 2, -1, command_docs, "DOCS [name ..]: what they do."},
    {"info", 2, -1, command_info, "INFO [name ..]: arity, flags, keys."},
    {"list", 2, 2, command_list, "LIST: their names."},
};
void command(Call& call) {
    if (call.args.size() == 1) {
        command_info(call);
    } else {
        run_subcommand(call, "command", command_table);
    }
}

// clang-format off
constexpr Command table[] = {
    {"info", -1, flag_slow, 0, 0, 0, info, "What the server is and has counted."},
    {"config", -2, flag_slow, 0, 0, 0, config, "Parameters."},
    {"command", -1, flag_slow, 0, 0, 0, command, "What commands there are."},
};
// clang-format on

}  // namespace

CommandGroup server_commands() { return {"server", table}; }

}  // namespace wiregap::resp
