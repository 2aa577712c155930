// SPDX-License-Identifier: Apache-2.0
// WIREGAP: the daemon's picture of the host, for people with a redis-cli.
#include <string>
#include <vector>

#include "daemon/resp/commands/command.h"
#include "daemon/resp/commands/engine.h"

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

/// This server's own clients: produced = backlog + notsent + unacked + acked.
void stream(Call& call) {
    constexpr std::size_t most_lines = 256;  // each costs system calls
    std::vector<std::string> lines;
    for (const auto& [id, session] : call.engine.sessions()) {
        if (lines.size() == most_lines) break;
        std::string line = call.engine.stream_line(*session);
        if (!line.empty()) lines.push_back(std::move(line));
    }
    say_lines(call, lines);
}

void wiregap(Call& call) {
    call.session.last_sub = {};
    if (call.args.size() == 2 && call.asks(1, "STREAM")) {
        stream(call);
        return;
    }
    const QueryAnswer answer = call.engine.query(call.args.subspan(1));
    if (answer.problem.empty()) {
        say_lines(call, answer.lines);
    } else {
        call.reply.error("ERR " + answer.problem);
    }
}

// clang-format off
constexpr Command commands[] = {
    {"wiregap", -2, flag_readonly | flag_slow, 0, 0, 0, wiregap, "Where the bytes are after write()."},
};
// clang-format on

}  // namespace

CommandGroup wiregap_commands() { return {"wiregap", commands}; }

}  // namespace wiregap::resp
