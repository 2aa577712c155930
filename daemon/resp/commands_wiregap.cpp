// SPDX-License-Identifier: Apache-2.0
// WIREGAP: the daemon's picture of the host, for people with a redis-cli.
#include <string>
#include <vector>

#include "daemon/resp/engine.h"
#include "daemon/resp/subcommand.h"
#include "daemon/resp/views.h"

namespace wiregap::resp {
namespace {

/// RESP3 clients show the text as it is; RESP2 ones a list of lines.
void say_lines(Call& call, const std::vector<std::string>& lines) {
    if (call.reply.protocol() < 3) {
        call.reply.array(lines.size());
        for (const std::string& line : lines) call.reply.status(line);
        return;
    }
    std::string text;
    for (const std::string& line : lines) text += line + "\n";
    call.reply.text(text);
}

void show(Call& call, std::vector<std::string> (*view)(const model::Snapshot&, Arguments)) {
    const model::SnapshotPtr snapshot = call.engine.snapshot();
    if (!snapshot) {
        call.reply.error("ERR there is no picture yet; ask again after the first tick");
        return;
    }
    try {
        say_lines(call, view(*snapshot, call.args.subspan(2)));
    } catch (const BadView& problem) {
        call.reply.error("ERR " + std::string(problem.what()));
    }
}

void services(Call& call) { show(call, services_view); }
void connections(Call& call) { show(call, connections_view); }
void top(Call& call) { show(call, top_view); }
void verdicts(Call& call) { show(call, verdicts_view); }
void explain(Call& call) { show(call, explain_view); }
void hooks(Call& call) { show(call, hooks_view); }

void stream(Call& call) {
    std::vector<std::string> lines;
    for (const auto& [id, session] : call.engine.sessions()) {
        if (lines.size() == 256) break;  // each costs system calls
        std::string line = call.engine.stream_line(*session);
        if (!line.empty()) lines.push_back(std::move(line));
    }
    say_lines(call, lines);
}

constexpr Subcommand table[] = {
    {"services", 2, -1, services, "SERVICES [SERVICE name] [PORT n]: where the bytes are."},
    {"connections", 2, -1, connections,
     "CONNECTIONS [SERVICE name] [PORT n] [LIMIT n]: those with bytes waiting, most first."},
    {"top", 2, -1, top,
     "TOP [SERVICE name] [PORT n] [LIMIT n]: the five places by service, most held bytes first."},
    {"explain", 3, -1, explain,
     "EXPLAIN service|port:N|pid:N|cookie:N|LOCAL-PEER: what is held, where, why, what to do."},
    {"verdicts", 2, -1, verdicts,
     "VERDICTS [SERVICE name] [PORT n] [LIMIT n]: whose problem; SUBSCRIBE wiregap:verdicts "
     "says each change."},
    {"hooks", 2, 2, hooks, "HOOKS: what the daemon sees the kernel with, and what it misses."},
    {"stream", 2, 2, stream,
     "STREAM: this server's clients: produced = backlog + notsent + unacked + acked."},
};

void wiregap(Call& call) { run_subcommand(call, "wiregap", table); }

// clang-format off
constexpr Command commands[] = {
    {"wiregap", -2, flag_readonly, 0, 0, 0, wiregap, "wiregap", "Where the bytes are after write()."},
};
// clang-format on

}  // namespace

std::span<const Command> wiregap_commands() { return commands; }

}  // namespace wiregap::resp
