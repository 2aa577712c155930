// SPDX-License-Identifier: Apache-2.0
// INFO, CONFIG, COMMAND, TIME, FUNCTION FLUSH.
#include <string>
#include <vector>

#include "daemon/resp/command_docs.h"
#include "daemon/resp/engine.h"
#include "daemon/resp/glob.h"
#include "daemon/resp/info.h"
#include "daemon/resp/numbers.h"
#include "daemon/resp/parameters.h"
#include "daemon/resp/subcommand.h"

namespace wiregap::resp {
namespace {

void info(Call& call) {
    std::string text;
    if (call.args.size() == 1) text = info_text(call.engine, "default");
    for (const std::string_view section : call.args.subspan(1)) {
        text += info_text(call.engine, lower(section));
    }
    call.reply.text(text);
}

void config_get(Call& call) {
    std::vector<const Parameter*> found;
    for (const Parameter& parameter : parameters()) {
        for (const std::string_view pattern : call.args.subspan(2)) {
            if (!glob_matches(lower(pattern), parameter.name)) continue;
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

const Parameter* find_parameter(std::string_view name) {
    for (const Parameter& parameter : parameters()) {
        if (parameter.name == name) return &parameter;
    }
    return nullptr;
}

void config_set(Call& call) {
    if (call.args.size() % 2 != 0) {
        call.wrong_arity("config|set");
        return;
    }
    for (std::size_t i = 2; i < call.args.size(); i += 2) {
        const std::string name = lower(call.args[i]);
        const Parameter* const parameter = find_parameter(name);
        if (parameter == nullptr) {
            call.reply.error("ERR Unknown option or number of arguments for CONFIG SET - '" + name +
                             "'");
            return;
        }
        const std::string problem = parameter->set == nullptr
                                        ? "can't set immutable config"
                                        : parameter->set(call.engine, call.args[i + 1]);
        if (!problem.empty()) {
            std::string line = "ERR CONFIG SET failed (possibly related to argument '";
            line.append(name).append("') - ").append(problem);
            call.reply.error(line);
            return;
        }
    }
    call.reply.ok();
}

void config_resetstat(Call& call) {
    // What the daemon exports are counters: they never go back. Only INFO's hits and misses do.
    call.engine.statistics.hits = call.engine.statistics.misses = 0;
    call.reply.ok();
}

constexpr Subcommand config_table[] = {
    {"get", 3, -1, config_get, "GET pattern ..: parameters and their values."},
    {"set", 4, -1, config_set, "SET parameter value ..: changes until the daemon ends."},
    {"resetstat", 2, 2, config_resetstat, "RESETSTAT: keyspace_hits and keyspace_misses of INFO."},
};
void config(Call& call) { run_subcommand(call, "config", config_table); }

constexpr Subcommand command_table[] = {
    {"count", 2, 2, command_count_reply, "COUNT: how many commands there are."},
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

void function_flush(Call& call) { call.reply.ok(); }

constexpr Subcommand function_table[] = {
    {"flush", 2, 3, function_flush, "FLUSH: there are no functions."},
};
void function(Call& call) { run_subcommand(call, "function", function_table); }

void time_now(Call& call) {
    const std::int64_t ms = call.keys.now_ms();
    call.reply.array(2);
    call.reply.bulk(std::to_string(ms / 1000));
    call.reply.bulk(std::to_string(ms % 1000 * 1000));
}

// clang-format off
constexpr Command table[] = {
    {"info", -1, 0, 0, 0, 0, info, "server", "What the server is and has counted."},
    {"config", -2, flag_admin, 0, 0, 0, config, "server", "Parameters."},
    {"command", -1, 0, 0, 0, 0, command, "server", "What commands there are."},
    {"function", -2, flag_admin, 0, 0, 0, function, "scripting", "There are no functions."},
    {"time", 1, flag_fast, 0, 0, 0, time_now, "server", "Unix time, seconds and microseconds."},
};
// clang-format on

}  // namespace

std::span<const Command> server_commands() { return table; }

}  // namespace wiregap::resp
